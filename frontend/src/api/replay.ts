import { array, integer, nullable, number, object, string, unknown, type Decoder } from './decode';
import { call, json } from './http';

/** A callback as a spec has it: its type, its name where it has one, and its parameters. */
export type CallbackSpec = Readonly<Record<string, unknown>> & { readonly type: string };

/** What callbacks would have done; epochs count from 0. */
export interface Replay {
  epochs_run: number;
  stopped_epoch: number | null;
  stopped_by: { callback: string; epoch: number }[];
  restored_from_epoch: number | null;
  best: { callback: string; epoch: number | null; value: number }[];
  learning_rates: number[];
  checkpoints: { callback: string; file: string; epoch: number }[];
  files: { file: string; epoch: number }[];
  error: { callback: string | null; epoch: number | null; detail: string } | null;
}

const fields: { [K in keyof Replay]-?: Decoder<Replay[K]> } = {
  epochs_run: integer,
  stopped_epoch: nullable(integer),
  stopped_by: array(object({ callback: string, epoch: integer })),
  restored_from_epoch: nullable(integer),
  best: array(object({ callback: string, epoch: nullable(integer), value: number })),
  learning_rates: array(number),
  checkpoints: array(object({ callback: string, file: string, epoch: integer })),
  files: array(object({ file: string, epoch: integer })),
  error: nullable(object({ callback: nullable(string), epoch: nullable(integer), detail: string })),
};

export const replay: Decoder<Replay> = object<Replay>(fields);

/** What callbacks would have done with each value of the argument that varied. */
export type Variant = Replay & { value: unknown };

const variants = object({ variants: array(object<Variant>({ ...fields, value: unknown })) });

/** What these callbacks would have done on a recorded job. */
export function replayJob(
  jobId: number,
  callbacks: readonly CallbackSpec[],
  signal: AbortSignal,
): Promise<Replay> {
  return call('/replays', replay, { ...json('POST', { job_id: jobId, callbacks }), signal });
}

/** The same for each of several values of one argument. */
export async function sweepJob(
  jobId: number,
  callbacks: readonly CallbackSpec[],
  vary: { pointer: string; values: readonly number[] },
  signal: AbortSignal,
): Promise<Variant[]> {
  const request = json('POST', { job_id: jobId, callbacks, vary });
  return (await call('/replays', variants, { ...request, signal })).variants;
}
