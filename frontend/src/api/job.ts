import {
  array,
  integer,
  map,
  nullable,
  number,
  object,
  oneOf,
  string,
  unknown,
  withDefault,
  type Decoder,
} from './decode';
import { problemEntry, type ProblemEntry } from './problem';

export const JOB_STATES = [
  'queued',
  'starting',
  'running',
  'paused',
  'stopping',
  'suspended',
  'completed',
  'stopped',
  'failed',
  'cancelled',
] as const;
export const jobState = oneOf(...JOB_STATES);
export type JobState = ReturnType<typeof jobState>;

export const outcome = oneOf(
  'finished',
  'early_stopped',
  'stopped_by_command',
  'terminated_on_nan',
  'time_limit',
  'memory_limit',
  'error',
  'lost',
);
export type Outcome = ReturnType<typeof outcome>;

const ENDED: ReadonlySet<JobState> = new Set<JobState>(['completed', 'stopped', 'failed', 'cancelled']);

/** Whether a job in this state has come to its end for good. */
export function hasEnded(state: JobState): boolean {
  return ENDED.has(state);
}

/** `epoch` counts epochs that were gone through, `step` the updates done. */
export interface Progress {
  epoch: number;
  epochs: number;
  step: number;
  steps_per_epoch: number;
  examples_per_second: number | null;
  eta_seconds: number | null;
}

/** Where a callback stands, in words; `text` is empty where there is nothing to say. */
export interface Explanation {
  name: string;
  type: string;
  text: string;
}

export const explanation: Decoder<Explanation> = object<Explanation>({
  name: string,
  type: string,
  text: withDefault(string, ''),
});

/** Where the newest attempt is, in the words of the engine that runs it. */
export interface Placement {
  attempt: number;
  id: string | null;
  node: string | null;
  reason: string | null;
}

const placement: Decoder<Placement> = object<Placement>({
  attempt: integer,
  id: nullable(string),
  node: nullable(string),
  reason: nullable(string),
});

export interface Job {
  id: number;
  name: string | null;
  experiment: string | null;
  tags: string[];
  state: JobState;
  outcome: Outcome | null;
  reason: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  attempt: number;
  priority: number;
  progress: Progress | null;
  latest: ReadonlyMap<string, number>;
  best: { metric: string; value: number; epoch: number } | null;
  learning_rate: number | null;
  learning_rate_owner: string | null;
  parent: { job_id: number; checkpoint: string | null } | null;
  queue_position: number | null;
  placement: Placement | null;
  /** Newest event that this view knows of; -1 for none. */
  last_seq: number;
  /** Only in the answer about one job, as are the spec and its warnings. */
  callbacks: Explanation[];
  spec: unknown;
  warnings: ProblemEntry[];
}

const progress: Decoder<Progress> = object<Progress>({
  epoch: withDefault(integer, 0),
  epochs: withDefault(integer, 0),
  step: withDefault(integer, 0),
  steps_per_epoch: withDefault(integer, 0),
  examples_per_second: nullable(number),
  eta_seconds: nullable(number),
});

export const job: Decoder<Job> = object<Job>({
  id: integer,
  name: nullable(string),
  experiment: nullable(string),
  tags: withDefault(array(string), []),
  state: jobState,
  outcome: nullable(outcome),
  reason: nullable(string),
  created_at: string,
  started_at: nullable(string),
  ended_at: nullable(string),
  attempt: withDefault(integer, 0),
  priority: withDefault(integer, 0),
  progress: nullable(progress),
  latest: withDefault(map(number), new Map<string, number>()),
  best: nullable(object({ metric: string, value: number, epoch: integer })),
  learning_rate: nullable(number),
  learning_rate_owner: nullable(string),
  parent: nullable(object({ job_id: integer, checkpoint: nullable(string) })),
  queue_position: nullable(integer),
  placement: nullable(placement),
  last_seq: withDefault(integer, -1),
  callbacks: withDefault(array(explanation), []),
  spec: unknown,
  warnings: withDefault(array(problemEntry), []),
});

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export const jobPage: Decoder<Page<Job>> = object<Page<Job>>({
  items: array(job),
  next_cursor: nullable(string),
});

/** What people call a job: its name, else its number. */
export function jobTitle(job: Pick<Job, 'id' | 'name'>): string {
  return job.name ?? `Job ${job.id}`;
}
