import { useState } from 'react';
import type { CommandRequest } from '../api/command';
import { jobTitle, type Job } from '../api/job';
import { ConfirmDialog } from '../ui/dialog';
import { Action } from './action';
import { entered } from './number-form';

const LONGEST_SECONDS = 86_400;

interface Props {
  job: Job;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

/** Ends a run in order. Without a final checkpoint it cannot be taken up again, so that asks first. */
export function StopAction({ job, busy, onSend }: Props) {
  const [atEpoch, setAtEpoch] = useState(false);
  const [best, setBest] = useState<'default' | 'yes' | 'no'>('default');
  const [save, setSave] = useState(true);
  const [deadline, setDeadline] = useState('');
  const [confirming, setConfirming] = useState(false);
  const seconds = deadline.trim() === '' ? null : entered(deadline);
  const wrong =
    seconds !== null && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS);
  const stop = () => {
    onSend({
      type: 'stop',
      ...(atEpoch ? { at: 'epoch' as const } : {}),
      ...(best === 'default' ? {} : { restore_best: best === 'yes' }),
      ...(save ? {} : { save: false }),
      ...(seconds === null ? {} : { deadline_seconds: seconds }),
    });
  };
  return (
    <Action
      id="stop-job"
      verb={save ? 'Stop' : 'Stop…'}
      busy={busy || wrong}
      effect={effect({ atEpoch, best, save, seconds })}
      onClick={() => {
        if (save) stop();
        else setConfirming(true);
      }}
    >
      <details className="steer-options">
        <summary>How it stops</summary>
        <label className="check">
          <input
            type="checkbox"
            checked={atEpoch}
            onChange={(e) => {
              setAtEpoch(e.target.checked);
            }}
          />
          stop when the epoch ends
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={!save}
            onChange={(e) => {
              setSave(!e.target.checked);
            }}
          />
          keep no final checkpoint
        </label>
        <label className="check">
          best weights
          <select
            className="small"
            data-testid="stop-restore-best"
            value={best}
            onChange={(e) => {
              setBest(e.target.value as typeof best);
            }}
          >
            <option value="default">as EarlyStopping says</option>
            <option value="yes">put back first</option>
            <option value="no">left where they are</option>
          </select>
        </label>
        <label className="check">
          kill after
          <input
            className="small seconds"
            inputMode="numeric"
            placeholder="–"
            value={deadline}
            aria-invalid={wrong}
            onChange={(e) => {
              setDeadline(e.target.value);
            }}
          />
          seconds
        </label>
      </details>
      {confirming && (
        <ConfirmDialog
          title={`Stop ${jobTitle(job)} and keep nothing?`}
          confirm="Stop without a checkpoint"
          onClose={() => {
            setConfirming(false);
          }}
          onConfirm={() => {
            setConfirming(false);
            stop();
          }}
        >
          <p>The weights of now are lost: only checkpoints that stand already are left to go on from.</p>
        </ConfirmDialog>
      )}
    </Action>
  );
}

interface Chosen {
  atEpoch: boolean;
  best: 'default' | 'yes' | 'no';
  save: boolean;
  seconds: number | null;
}

function effect({ atEpoch, best, save, seconds }: Chosen): string {
  const parts = [
    atEpoch ? 'Ends when this epoch is over' : 'Ends after the next batch',
    best === 'yes' ? 'with the best weights put back' : '',
    save ? 'and keeps checkpoint final; more epochs take it up again' : 'and keeps no checkpoint',
  ];
  const kill = seconds === null ? '' : ` Its process is ended if that takes longer than ${seconds} s.`;
  return `${parts.filter((part) => part !== '').join(' ')}.${kill}`;
}
