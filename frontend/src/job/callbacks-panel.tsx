import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Command } from '../api/command';
import { isRecord } from '../api/decode';
import { hasEnded, type Explanation, type Job } from '../api/job';
import type { CallbackSpec } from '../api/replay';
import { formatRate } from '../format/number';
import { words } from '../format/place';
import { useJobPart } from '../live/context';
import { useCatalogue } from '../schema/catalogue';
import { ConfirmDialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';
import { commandText, useCommands, useSendCommand } from './commands';

/** Reads YAML; the page stands before its code has come. */
const CallbackDialog = lazy(() => import('./callback-dialog'));

const OF_CALLBACKS: ReadonlySet<string> = new Set(['add_callback', 'update_callback', 'remove_callback']);

interface Props {
  job: Job;
  known: readonly Explanation[];
  spec: unknown;
}

/** Where each callback stands, in its own words, live; and the way to change one, to add one, to remove one. */
export function CallbacksPanel({ job, known, spec }: Props) {
  const told = useJobPart(job.id, (live) => live.callbacks);
  const [asking, setAsking] = useState<'add' | 'edit' | 'remove' | null>(null);
  const [chosen, setChosen] = useState<CallbackSpec | null>(null);
  const send = useSendCommand(job.id);
  const waiting = useChanges(job.id);
  const { data: catalogue } = useCatalogue('callbacks');
  const callbacks = told ?? known;
  const own = ofSpec(spec);
  const live = !hasEnded(job.state) && job.state !== 'stopping';
  const close = () => {
    setAsking(null);
  };
  const ask = (what: typeof asking, callback: CallbackSpec | null) => {
    setChosen(callback);
    setAsking(what);
  };
  const button = (verb: string, name: string, what: 'edit' | 'remove', callback: CallbackSpec) => (
    <button
      type="button"
      className="button tiny"
      data-testid={`${what}-${name}`}
      aria-label={`${verb} ${words(name)}`}
      onClick={() => {
        ask(what, callback);
      }}
    >
      {verb}…
    </button>
  );
  if (callbacks.length === 0 && !live) return null;
  return (
    <section className="card" aria-labelledby="callbacks-title" data-testid="callbacks">
      <header className="card-head">
        <h2 id="callbacks-title">Callbacks</h2>
        {live && (
          <button
            type="button"
            className="button small"
            data-testid="add-callback"
            onClick={() => {
              ask('add', null);
            }}
          >
            Add…
          </button>
        )}
      </header>
      {send.error && <ErrorNotice error={send.error} />}
      {waiting.map((command) => (
        <p key={command.id} className="command-status" role="status">
          <b>{commandText(command)}</b> pending…
        </p>
      ))}
      <dl className="explained">
        {callbacks.map(({ name, type, text }) => {
          const callback = own.find((one) => one['name'] === name);
          const entry = catalogue?.find((one) => one.name === type);
          return (
            <div key={name} data-testid={`callback-${name}`}>
              <dt>
                {words(name)} <small>{type}</small>
                {live && callback !== undefined && entry?.changeable === true && (
                  <span className="actions">
                    {button('Edit', name, 'edit', callback)}
                    {entry.removable && button('Remove', name, 'remove', callback)}
                  </span>
                )}
              </dt>
              <dd>{text === '' ? 'nothing to tell yet' : text}</dd>
            </div>
          );
        })}
        {job.learning_rate !== null && (
          <div>
            <dt>learning rate</dt>
            <dd>
              {formatRate(job.learning_rate)}
              {job.learning_rate_owner !== null && `, set by ${words(job.learning_rate_owner)}`}
            </dd>
          </div>
        )}
      </dl>
      {(asking === 'add' || asking === 'edit') && (
        <Suspense fallback={null}>
          <CallbackDialog jobId={job.id} callback={asking === 'edit' ? chosen : null} onClose={close} />
        </Suspense>
      )}
      {asking === 'remove' && chosen !== null && (
        <ConfirmDialog
          title={`Remove ${words(String(chosen['name']))}?`}
          confirm="Remove the callback"
          busy={send.isPending}
          onClose={close}
          onConfirm={() => {
            close();
            send.mutate({ type: 'remove_callback', name: String(chosen['name']) });
          }}
        >
          <p>
            It is called no more from the next batch on, and what it remembers is lost. Another can be added,
            but not under this name. The learning rate stays where it left it.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function ofSpec(spec: unknown): CallbackSpec[] {
  const callbacks = isRecord(spec) ? spec['callbacks'] : undefined;
  return Array.isArray(callbacks)
    ? callbacks.filter(
        (callback): callback is CallbackSpec => isRecord(callback) && typeof callback['type'] === 'string',
      )
    : [];
}

/** Changes of callbacks that wait. Once one is applied the spec is another: the job is asked for anew. */
function useChanges(jobId: number): Command[] {
  const client = useQueryClient();
  const commands = useCommands(jobId).filter(({ type }) => OF_CALLBACKS.has(type));
  const applied = commands.filter(({ state }) => state === 'applied').length;
  useEffect(() => {
    if (applied > 0) void client.invalidateQueries({ queryKey: ['job', jobId] });
  }, [client, jobId, applied]);
  return commands.filter(({ state }) => state === 'pending');
}
