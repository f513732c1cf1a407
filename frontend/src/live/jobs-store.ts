import type { Job } from '../api/job';
import { Notifier, type Schedule } from './notifier';

const MOST_JOBS = 2_000;

/** Where more jobs than this tell of themselves, their news is shown in fewer pictures: each is a summary anyway. */
const MANY = 50;
const MANY_PERIOD_MS = 100;

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
    this.notifier.changed(this.waiting.size > MANY ? MANY_PERIOD_MS : 0);
  }

  remove(id: number): void {
    this.waiting ??= new Map(this.jobs);
    this.waiting.delete(id);
    this.notifier.changed();
  }
}

const merged = new WeakMap<Job, { answer: Job; job: Job }>();

/**
 * Of an answer and a live summary of one job the newer one; the spec comes with answers only. The same two make the same
 * object, so that what shows it need not be drawn anew.
 */
export function newest(answer: Job, live: Job | undefined): Job {
  if (live === undefined || live.last_seq < answer.last_seq) return answer;
  const known = merged.get(live);
  if (known?.answer === answer) return known.job;
  const job = { ...live, spec: answer.spec, warnings: answer.warnings };
  merged.set(live, { answer, job });
  return job;
}
