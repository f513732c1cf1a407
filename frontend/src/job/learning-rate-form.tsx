import { useId, useState } from 'react';
import type { CommandRequest } from '../api/command';
import type { Job } from '../api/job';
import { formatRate } from '../format/number';

const LARGEST = 1000;
const FACTORS = [0.1, 0.5, 2];

interface Props {
  job: Job;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

export function LearningRateForm({ job, busy, onSend }: Props) {
  const errorId = useId();
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const pinned = job.learning_rate_owner === 'command';
  const submit = () => {
    const value = Number(text.trim().replace(',', '.'));
    if (text.trim() === '' || !(value > 0) || value > LARGEST) {
      setError(`A number above 0, up to ${LARGEST}; 1e-4 is one too.`);
      return;
    }
    setError(null);
    onSend({ type: 'set_learning_rate', value });
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
          Learning rate
          <small>
            {' '}
            now {formatRate(job.learning_rate)}
            {pinned && ', pinned'}
          </small>
        </span>
        <span className="joined">
          <input
            data-testid="learning-rate-input"
            inputMode="decimal"
            autoComplete="off"
            placeholder={formatRate(job.learning_rate)}
            value={text}
            aria-invalid={error !== null}
            aria-describedby={error === null ? undefined : errorId}
            onChange={(e) => {
              setText(e.target.value);
              setError(null);
            }}
          />
          <button type="submit" className="button solid" data-testid="set-learning-rate" disabled={busy}>
            Set
          </button>
        </span>
      </label>
      {error !== null && (
        <p className="field-error" id={errorId} role="alert">
          {error}
        </p>
      )}
      <div className="actions">
        {FACTORS.map((factor) => (
          <button
            key={factor}
            type="button"
            className="button small"
            disabled={busy}
            aria-label={`Learning rate times ${factor}`}
            onClick={() => {
              onSend({ type: 'set_learning_rate', factor });
            }}
          >
            ×{factor}
          </button>
        ))}
        <button
          type="button"
          className="button small"
          data-testid="release-learning-rate"
          disabled={busy}
          title="Give the learning rate back to the schedule"
          onClick={() => {
            onSend({ type: 'release_learning_rate' });
          }}
        >
          Release
        </button>
      </div>
    </form>
  );
}
