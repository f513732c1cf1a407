import { array, integer, nullable, object, string, type Decoder } from './decode';
import { jobState, type JobState } from './job';

/** A job that another was forked from, or that was forked from another. */
export interface Relative {
  job_id: number;
  name: string | null;
  state: JobState;
  /** Of the older of the two. */
  checkpoint: string | null;
}

export interface Lineage {
  /** The nearest first. */
  ancestors: Relative[];
  children: Relative[];
}

const relative: Decoder<Relative> = object<Relative>({
  job_id: integer,
  name: nullable(string),
  state: jobState,
  checkpoint: nullable(string),
});

export const lineage: Decoder<Lineage> = object<Lineage>({
  ancestors: array(relative),
  children: array(relative),
});
