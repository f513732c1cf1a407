import {
  array,
  integer,
  nullable,
  number,
  object,
  string,
  unknown,
  withDefault,
  type Decoder,
} from './decode';
import { problemEntry, type ProblemEntry } from './problem';

/** What a submission would be: the answer to `dry_run`. */
export interface Check {
  spec: unknown;
  parameters: number;
  layers: { name: string; output_shape: number[]; parameters: number }[];
  steps_per_epoch: number;
  checkpoint_bytes: number | null;
  /** The rate from each step on, thinned out. */
  learning_rates: { step: number; value: number }[];
  /** Of training, by the speed of an earlier job of the same kind; null where there was none. */
  estimated_seconds: number | null;
  estimated_by: number | null;
  warnings: ProblemEntry[];
}

export const check: Decoder<Check> = object<Check>({
  spec: unknown,
  parameters: integer,
  layers: withDefault(array(object({ name: string, output_shape: array(integer), parameters: integer })), []),
  steps_per_epoch: integer,
  checkpoint_bytes: nullable(integer),
  learning_rates: withDefault(array(object({ step: integer, value: number })), []),
  estimated_seconds: nullable(number),
  estimated_by: nullable(integer),
  warnings: withDefault(array(problemEntry), []),
});
