import type { Job } from '../api/job';
import { Notifier, type Schedule } from './notifier';

const MOST_JOBS = 2_000;

/** The newest summary of each job that changed while this page was open. */
export class JobsStore {
  private readonly notifier: Notifier;
  private jobs: ReadonlyMap<number, Job> = new Map();
  private waiting: Map<number, Job> | null = null;

  constructor(schedule?: Schedule) {
    this.notifier = new Notifier(schedule);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.notifier.subscribe(listener);

  readonly snapshot = (): ReadonlyMap<number, Job> => {
    if (this.waiting !== null) {
      this.jobs = this.waiting;
      this.waiting = null;
    }
    return this.jobs;
  };

  put(job: Job): void {
    this.waiting ??= new Map(this.jobs);
    this.waiting.delete(job.id);
    this.waiting.set(job.id, job);
    const oldest = this.waiting.keys().next().value;
    if (this.waiting.size > MOST_JOBS && oldest !== undefined) this.waiting.delete(oldest);
    this.notifier.changed();
  }

  remove(id: number): void {
    this.waiting ??= new Map(this.jobs);
    this.waiting.delete(id);
    this.notifier.changed();
  }
}

/** Of an answer and a live summary of one job the newer one; the spec comes with answers only. */
export function newest(answer: Job, live: Job | undefined): Job {
  if (live === undefined || live.last_seq < answer.last_seq) return answer;
  return { ...live, spec: answer.spec, warnings: answer.warnings };
}
