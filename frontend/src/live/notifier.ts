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

  /** @param afterMs how long the news can wait for more of it */
  changed(afterMs = 0): void {
    if (this.due) return;
    this.due = true;
    if (afterMs === 0) this.schedule(this.tell);
    else
      setTimeout(() => {
        this.schedule(this.tell);
      }, afterMs);
  }

  private readonly tell = (): void => {
    this.due = false;
    for (const listener of this.listeners) listener();
  };
}
