import { useId, useState } from 'react';
import type { CommandRequest } from '../api/command';
import { hasEnded, type Job } from '../api/job';

const MOST = 1_000_000;

interface Props {
  job: Job;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

/** Trains longer or shorter; a job that has ended goes on. */
export function EpochsForm({ job, busy, onSend }: Props) {
  const errorId = useId();
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const now = job.progress?.epochs ?? 0;
  const submit = () => {
    const epochs = Number(text.trim());
    if (!Number.isInteger(epochs) || epochs < 1 || epochs > MOST) {
      setError('A whole number, 1 or more.');
      return;
    }
    setError(null);
    onSend({ type: 'set_epochs', epochs });
  };
  return (
    <form
      className="steer-rate"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <label className="field">
        <span>
          Epochs <small>now {now}</small>
        </span>
        <span className="joined">
          <input
            data-testid="epochs-input"
            inputMode="numeric"
            autoComplete="off"
            placeholder={String(now)}
            value={text}
            aria-invalid={error !== null}
            aria-describedby={error === null ? undefined : errorId}
            onChange={(e) => {
              setText(e.target.value);
              setError(null);
            }}
          />
          <button type="submit" className="button" data-testid="set-epochs" disabled={busy}>
            {hasEnded(job.state) ? 'Go on' : 'Set'}
          </button>
        </span>
      </label>
      {error !== null && (
        <p className="field-error" id={errorId} role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
