import {
  array,
  boolean,
  DecodeError,
  integer,
  isRecord,
  map,
  nullable,
  number,
  object,
  string,
  withDefault,
  type Decoder,
} from '../api/decode';
import { explanation, jobState, outcome, type Explanation, type JobState, type Outcome } from '../api/job';

export type Logs = ReadonlyMap<string, number>;

/** What an event tells, by type. Units and meaning: the server's `EventDetail`. */
export type EventDetail =
  | {
      type: 'state_changed';
      from: JobState | null;
      to: JobState;
      outcome: Outcome | null;
      reason: string | null;
    }
  | {
      type: 'train_begin';
      epochs: number;
      steps_per_epoch: number;
      parameters: number;
      resumed_from: string | null;
    }
  | { type: 'epoch_begin' }
  | { type: 'batch_end'; logs: Logs }
  | { type: 'test_end'; logs: Logs }
  | { type: 'epoch_end'; logs: Logs; seconds: number; examples_per_second: number }
  | { type: 'learning_rate_changed'; from: number; to: number; by: string }
  | {
      type: 'learning_rate_tested';
      by: string;
      rates: number[];
      losses: number[];
      suggestion: number | null;
      applied: boolean;
    }
  | { type: 'callback'; name: string; level: string; message: string }
  | { type: 'alert'; by: string; kind: string; message: string }
  | { type: 'metrics_logged'; by: string; logs: Logs }
  | { type: 'checkpoint_saved'; name: string; kind: string; bytes: number; tags: string[]; by: string }
  | { type: 'checkpoint_removed'; name: string }
  | { type: 'restored'; what: string; from_epoch: number | null; by: string }
  | { type: 'weights_loaded'; from: string; taken: string[]; not_taken: string[] }
  | { type: 'command_applied'; command_id: string; command: string; message: string }
  | { type: 'command_rejected'; command_id: string; command: string; message: string }
  | { type: 'callbacks_explained'; callbacks: Explanation[] }
  | { type: 'artifact'; kind: string; name: string; bytes: number; keep: number }
  | { type: 'log'; level: string; message: string }
  | { type: 'train_end'; epochs_run: number; seconds: number }
  /** A type that this page does not know, or one whose fields it cannot read: it still counts as seen. */
  | { type: 'unknown'; name: string };

export interface Envelope {
  seq: number;
  at: string;
  job_id: number;
  attempt: number;
  epoch: number | null;
  step: number | null;
}

export type Event = Envelope & { detail: EventDetail };
type Type = EventDetail['type'];
type Fields<T extends Type> = Omit<Extract<EventDetail, { type: T }>, 'type'>;

const envelope = object<Envelope>({
  seq: integer,
  at: string,
  job_id: integer,
  attempt: withDefault(integer, 0),
  epoch: nullable(integer),
  step: nullable(integer),
});

const text = withDefault(string, '');
const commandOutcome = { command_id: string, command: text, message: text };
const logs = { logs: map(number) };

const details: { [T in Exclude<Type, 'unknown'>]: Decoder<Fields<T>> } = {
  state_changed: object({
    from: nullable(jobState),
    to: jobState,
    outcome: nullable(outcome),
    reason: nullable(string),
  }),
  train_begin: object({
    epochs: integer,
    steps_per_epoch: integer,
    parameters: integer,
    resumed_from: nullable(string),
  }),
  epoch_begin: object({}),
  batch_end: object(logs),
  test_end: object(logs),
  epoch_end: object({
    ...logs,
    seconds: withDefault(number, 0),
    examples_per_second: withDefault(number, 0),
  }),
  learning_rate_changed: object({ from: number, to: number, by: text }),
  learning_rate_tested: object({
    by: text,
    rates: array(number),
    losses: array(number),
    suggestion: nullable(number),
    applied: boolean,
  }),
  callback: object({ name: string, level: withDefault(string, 'info'), message: text }),
  alert: object({ by: text, kind: text, message: text }),
  metrics_logged: object({ by: text, ...logs }),
  checkpoint_saved: object({
    name: string,
    kind: text,
    bytes: withDefault(integer, 0),
    tags: withDefault(array(string), []),
    by: text,
  }),
  checkpoint_removed: object({ name: string }),
  restored: object({ what: text, from_epoch: nullable(integer), by: text }),
  weights_loaded: object({ from: text, taken: array(string), not_taken: array(string) }),
  command_applied: object(commandOutcome),
  command_rejected: object(commandOutcome),
  callbacks_explained: object({ callbacks: array(explanation) }),
  artifact: object({
    kind: text,
    name: string,
    bytes: withDefault(integer, 0),
    keep: withDefault(integer, 0),
  }),
  log: object({ level: withDefault(string, 'info'), message: text }),
  train_end: object({ epochs_run: integer, seconds: withDefault(number, 0) }),
};

function isKnown(type: string): type is keyof typeof details {
  return Object.hasOwn(details, type);
}

/** The envelope must be whole: without a seq nothing can be put in order. What it holds may be of a newer server. */
export const event: Decoder<Event> = (value, path = '') => {
  const head = envelope(value, path);
  const type = string(isRecord(value) ? value['type'] : undefined, `${path}/type`);
  return { ...head, detail: detail(type, value, path) };
};

function detail(type: string, value: unknown, path: string): EventDetail {
  if (!isKnown(type)) return { type: 'unknown', name: type };
  try {
    return { type, ...details[type](value, path) } as EventDetail;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    console.warn(`event ${type}: ${error.message}`);
    return { type: 'unknown', name: type };
  }
}
