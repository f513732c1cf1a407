export type Unsubscribe = () => void;

/** Runs a task before the next picture is drawn; a page that is not shown draws none and so waits. */
export type Schedule = (task: () => void) => void;

export const nextFrame: Schedule = (task) => {
  requestAnimationFrame(task);
};

/** Tells listeners of a change at most once a frame, however often data arrives. */
export class Notifier {
  private readonly listeners = new Set<() => void>();
  private readonly schedule: Schedule;
  private due = false;

  constructor(schedule: Schedule = nextFrame) {
    this.schedule = schedule;
  }

  readonly subscribe = (listener: () => void): Unsubscribe => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  changed(): void {
    if (this.due) return;
    this.due = true;
    this.schedule(() => {
      this.due = false;
      for (const listener of this.listeners) listener();
    });
  }
}
