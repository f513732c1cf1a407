import { useMemo, useState } from 'react';
import type { Entry } from '../api/catalogue';
import type { CommandRequest, Parameters } from '../api/command';
import { ApiError, type ProblemEntry } from '../api/problem';
import type { CallbackSpec } from '../api/replay';
import { words } from '../format/place';
import { useCatalogue } from '../schema/catalogue';
import { SchemaFields } from '../schema/schema-fields';
import { changes, shown, textsOf, valuesOf, type Texts } from '../schema/texts';
import { Dialog } from '../ui/dialog';
import { ErrorNotice, Loading } from '../ui/notice';
import { useSendCommand } from './commands';

interface Props {
  jobId: number;
  /** The callback to change; null for a new one. */
  callback: CallbackSpec | null;
  onClose: () => void;
}

/** Changes the parameters of a job's callback, or gives it another, while it runs. */
export default function CallbackDialog({ jobId, callback, onClose }: Props) {
  const { data, error } = useCatalogue('callbacks');
  const entries = data?.filter(({ changeable }) => changeable);
  const [type, setType] = useState(callback?.type ?? 'EarlyStopping');
  const entry = entries?.find(({ name }) => name === type);
  return (
    <>
      {error && <ErrorNotice error={error} />}
      {entry === undefined ? (
        <Loading />
      ) : (
        <Editor
          key={type}
          jobId={jobId}
          callback={callback}
          entry={entry}
          types={entries?.map(({ name }) => name) ?? []}
          onType={setType}
          onClose={onClose}
        />
      )}
    </>
  );
}

interface EditorProps extends Props {
  entry: Entry;
  types: readonly string[];
  onType: (type: string) => void;
}

function Editor({ jobId, callback, entry, types, onType, onClose }: EditorProps) {
  const before = useMemo(() => (callback === null ? {} : parameters(callback)), [callback]);
  const [texts, setTexts] = useState<Texts>(() => textsOf(entry.schema, before));
  const [name, setName] = useState('');
  const [faults, setFaults] = useState<readonly ProblemEntry[]>([]);
  const send = useSendCommand(jobId);
  const read = useMemo(() => valuesOf(entry.schema, texts), [entry, texts]);
  const changed = changes(before, read.values);
  const submit = () => {
    setFaults(read.faults);
    if (read.faults.length > 0) return;
    send.mutate(request(callback, entry.name, name.trim(), changed), {
      onSuccess: onClose,
      onError: (error) => {
        setFaults(refused(error));
      },
    });
  };
  const elsewhere = faults.filter(
    ({ pointer }) => !entry.schema.properties.has(pointer.split('/')[1] ?? '') && pointer !== '/name',
  );
  return (
    <Dialog
      wide
      title={callback === null ? 'Add a callback' : `Change ${words(nameOf(callback))}`}
      onClose={onClose}
      actions={
        <button
          type="button"
          className="button solid"
          data-testid="send-callback"
          disabled={send.isPending || (callback !== null && Object.keys(changed).length === 0)}
          onClick={submit}
        >
          {callback === null ? 'Add' : 'Change'}
        </button>
      }
    >
      {callback === null && (
        <div className="schema-form">
          <label className="field">
            Type
            <select
              data-testid="callback-type"
              value={entry.name}
              onChange={(e) => {
                onType(e.target.value);
              }}
            >
              {types.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
          <label className="field">
            Name
            <input
              autoComplete="off"
              placeholder="its type, in snake case"
              value={name}
              onChange={(e) => {
                setName(e.target.value);
              }}
            />
            {faults
              .filter(({ pointer }) => pointer === '/name')
              .map(({ detail }) => (
                <span key={detail} className="field-error">
                  {detail}
                </span>
              ))}
          </label>
        </div>
      )}
      {entry.description !== '' && <p>{entry.description}.</p>}
      <div className="schema-form" data-testid="callback-fields">
        <SchemaFields
          schema={entry.schema}
          texts={texts}
          faults={faults}
          onText={(pointer, text) => {
            setTexts((all) => ({ ...all, [pointer]: text }));
            setFaults((all) => all.filter((fault) => !fault.pointer.startsWith(pointer)));
          }}
        />
      </div>
      {elsewhere.length > 0 && (
        <ul className="problems" role="alert">
          {elsewhere.map(({ pointer, detail }, index) => (
            <li key={index}>
              {pointer !== '' && <code>{pointer.slice(1)}</code>} {detail}
            </li>
          ))}
        </ul>
      )}
      {send.error && faults.length === 0 && !hasFaults(send.error) && <ErrorNotice error={send.error} />}
      <p className="effect" data-testid="callback-effect">
        {callback === null
          ? 'It is called from the next hook on, and is part of the spec from then on.'
          : Object.entries(changed).map(([parameter, value]) => (
              <span key={parameter} className="change">
                {words(parameter)} <b>{`${shown(before[parameter])} → ${shown(value)}`}</b>
              </span>
            ))}
        {callback !== null &&
          Object.keys(changed).length > 0 &&
          'From the next batch on; what it remembers stays.'}
      </p>
    </Dialog>
  );
}

function parameters(callback: CallbackSpec): Parameters {
  return Object.fromEntries(Object.entries(callback).filter(([key]) => key !== 'type' && key !== 'name'));
}

function nameOf(callback: CallbackSpec): string {
  return typeof callback['name'] === 'string' ? callback['name'] : callback.type;
}

function request(
  callback: CallbackSpec | null,
  type: string,
  name: string,
  changed: Parameters,
): CommandRequest {
  return callback === null
    ? { type: 'add_callback', callback: { type, ...(name === '' ? {} : { name }), ...changed } }
    : { type: 'update_callback', name: nameOf(callback), params: changed };
}

function hasFaults(error: unknown): boolean {
  return error instanceof ApiError && error.problem.errors.length > 0;
}

/** What the server found at fault, by pointers into the parameters: `#/params/patience` is `/patience`. */
function refused(error: unknown): ProblemEntry[] {
  if (!(error instanceof ApiError)) return [];
  return error.problem.errors.map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^#\/(params|callback)/, '').replace(/^#/, ''),
  }));
}
