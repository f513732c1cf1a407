/** Steps told with their time, bounded: when full, every second of the older half goes. */
const MOST = 20_000;

export interface ClockView {
  /** In order, and as often as `times`. Both grow in place. */
  readonly steps: readonly number[];
  /** Seconds since 1970. */
  readonly times: readonly number[];
}

/** When each step was made, as far as events told. */
export class Clock {
  readonly steps: number[] = [];
  readonly times: number[] = [];

  /** The first time that is told of a step is the one that holds. */
  note(step: number, at: string): void {
    if (step <= (this.steps.at(-1) ?? -1)) return;
    const time = Date.parse(at) / 1000;
    this.steps.push(step);
    this.times.push(Math.max(time, this.times.at(-1) ?? time));
    if (this.steps.length > MOST) this.thin();
  }

  /** Training goes on from a step: what came after it is told again. */
  truncate(step: number): void {
    while ((this.steps.at(-1) ?? -1) > step) {
      this.steps.pop();
      this.times.pop();
    }
  }

  private thin(): void {
    const stays = (_: number, index: number) => index >= MOST / 2 || index % 2 === 0;
    const steps = this.steps.filter(stays);
    const times = this.times.filter(stays);
    this.steps.splice(0, Infinity, ...steps);
    this.times.splice(0, Infinity, ...times);
  }
}
