import {
  array,
  integer,
  isRecord,
  nullable,
  object,
  oneOf,
  string,
  withDefault,
  type Decoder,
} from './decode';

export const commandState = oneOf('pending', 'applied', 'rejected', 'expired');
export type CommandState = ReturnType<typeof commandState>;

/** Where in training something took effect. */
export interface Place {
  epoch: number | null;
  step: number | null;
}

export interface Command {
  id: string;
  type: string;
  state: CommandState;
  requested_by: string | null;
  requested_at: string;
  applied_at: Place | null;
  message: string | null;
  /** What it changed, as it was and as it is since; null where that cannot be said in a few words. */
  before: string | null;
  after: string | null;
  /** What stands beside the fields above: the command's own arguments. */
  arguments: Record<string, unknown>;
}

const ENVELOPE = new Set([
  'id',
  'type',
  'state',
  'requested_by',
  'requested_at',
  'requested_from',
  'applied_at',
  'message',
  'before',
  'after',
]);

const known = object<Omit<Command, 'arguments'>>({
  id: (value, path) => (typeof value === 'number' ? String(value) : string(value, path)),
  type: string,
  state: commandState,
  requested_by: nullable(string),
  requested_at: string,
  applied_at: nullable(object<Place>({ epoch: nullable(integer), step: nullable(integer) })),
  message: nullable(string),
  before: nullable(string),
  after: nullable(string),
});

export const command: Decoder<Command> = (value, path = '') => ({
  ...known(value, path),
  arguments: Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      ([key, entry]) => !ENVELOPE.has(key) && entry !== null,
    ),
  ),
});

export const commandList: Decoder<Command[]> = (value, path = '') =>
  Array.isArray(value)
    ? array(command)(value, path)
    : object<{ items: Command[] }>({ items: withDefault(array(command), []) })(value, path).items;

/** A callback or its parameters, as a spec has them. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What the dashboard asks of a job. */
export type CommandRequest =
  | {
      type: 'stop';
      at?: 'batch' | 'epoch';
      restore_best?: boolean;
      save?: boolean;
      deadline_seconds?: number;
    }
  | { type: 'cancel' }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'suspend' }
  | { type: 'evaluate' }
  | { type: 'save_checkpoint'; name?: string }
  | { type: 'restore_checkpoint'; name: string; weights_only?: boolean }
  | { type: 'set_epochs'; epochs: number }
  | { type: 'set_learning_rate'; value: number; until_epoch?: number }
  | { type: 'set_learning_rate'; factor: number; until_epoch?: number }
  | { type: 'release_learning_rate' }
  | { type: 'update_callback'; name: string; params: Parameters }
  | { type: 'add_callback'; callback: Parameters }
  | { type: 'remove_callback'; name: string };
