import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { commandJobs, type BulkAnswer, type BulkTarget } from '../api/bulk';
import type { CommandRequest } from '../api/command';
import { words } from '../format/place';
import { Dialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';

type Type = Exclude<
  CommandRequest['type'],
  'update_callback' | 'add_callback' | 'remove_callback' | 'restore_checkpoint'
>;

/** What each command does to every one of the jobs. */
const EFFECTS: Record<Type, string> = {
  pause: 'Each waits at its next batch and keeps its slot.',
  resume: 'Those that are paused or suspended go on exactly where they stand.',
  suspend: 'Each checkpoints and frees its slot; resumed, it goes on exactly there.',
  stop: 'Each ends after its next batch and keeps a final checkpoint; those that wait end at once.',
  cancel: 'Each ends at once; nothing more is saved. This cannot be undone.',
  set_learning_rate: 'Each goes on with that many times its learning rate, until it is released.',
  release_learning_rate: 'Each gives its learning rate back to its schedule.',
  set_epochs: 'Each trains so many epochs in all; those that have ended go on.',
  save_checkpoint: 'Each keeps a full checkpoint of its next batch.',
  evaluate: 'Each goes once through its validation data.',
};
const TAKEN = 202;

interface Props {
  target: BulkTarget;
  /** How many they are, in words. */
  jobs: string;
  onClose: () => void;
}

/** Asks many jobs for the same, and shows what each of them answered. */
export function BulkDialog({ target, jobs, onClose }: Props) {
  const [type, setType] = useState<Type>('pause');
  const [number, setNumber] = useState('');
  const amount = Number(number.replace(',', '.'));
  const send = useMutation({ mutationFn: (request: CommandRequest) => commandJobs(target, request) });
  const request = requestOf(type, amount);
  const danger = type === 'cancel';
  return (
    <Dialog
      title={send.data ? 'What they answered' : `Steer ${jobs}`}
      onClose={onClose}
      actions={
        send.data === undefined && (
          <button
            type="button"
            className={danger ? 'button danger solid' : 'button solid'}
            data-testid="bulk-send"
            disabled={send.isPending || request === null}
            onClick={() => {
              if (request !== null) send.mutate(request);
            }}
          >
            {words(type)} {jobs}
          </button>
        )
      }
    >
      {send.data ? (
        <Answers answers={send.data} />
      ) : (
        <>
          <label className="field">
            Command
            <select
              data-testid="bulk-command"
              value={type}
              onChange={(e) => {
                setType(e.target.value as Type);
                setNumber('');
              }}
            >
              {Object.keys(EFFECTS).map((name) => (
                <option key={name} value={name}>
                  {words(name)}
                </option>
              ))}
            </select>
          </label>
          {(type === 'set_learning_rate' || type === 'set_epochs') && (
            <label className="field">
              {type === 'set_epochs' ? 'Epochs in all' : 'Times the rate of each'}
              <input
                data-testid="bulk-number"
                inputMode="decimal"
                autoComplete="off"
                placeholder={type === 'set_epochs' ? '40' : '0.5'}
                value={number}
                onChange={(e) => {
                  setNumber(e.target.value);
                }}
              />
            </label>
          )}
          <p className="effect">{EFFECTS[type]} A job in whose state it makes no sense refuses.</p>
          {send.error && <ErrorNotice error={send.error} />}
        </>
      )}
    </Dialog>
  );
}

/** Null where a number is missing. */
function requestOf(type: Type, amount: number): CommandRequest | null {
  if (type === 'set_learning_rate') return amount > 0 ? { type, factor: amount } : null;
  if (type === 'set_epochs') return Number.isInteger(amount) && amount > 0 ? { type, epochs: amount } : null;
  return { type };
}

function Answers({ answers }: { answers: readonly BulkAnswer[] }) {
  const taken = answers.filter(({ status }) => status === TAKEN).length;
  const refused = answers.length - taken;
  return (
    <>
      <p role="status" data-testid="bulk-outcome">
        {taken} took it{refused > 0 && `, ${refused} refused`}. When it is applied shows on the page of each.
      </p>
      <ul className="command-list scrolled" data-testid="bulk-answers" tabIndex={0} aria-label="Answers">
        {answers.map(({ job_id, status, command, detail }) => (
          <li key={job_id} data-state={status === TAKEN ? 'applied' : 'rejected'}>
            <Link to={`/jobs/${job_id}`}>job {job_id}</Link>
            <span>{status === TAKEN ? (command?.state ?? 'taken') : (detail ?? `refused, ${status}`)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
