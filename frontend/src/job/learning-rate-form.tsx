import { useState } from 'react';
import type { CommandRequest } from '../api/command';
import type { Job } from '../api/job';
import { formatRate } from '../format/number';
import { words } from '../format/place';
import { entered, NumberForm } from './number-form';

const LARGEST = { value: 1000, factor: 1_000_000 };
const FACTORS = [0.1, 0.5, 2];
/** What the server calls the owner of a rate that a command pinned. */
const PINNED = 'command';

interface Props {
  job: Job;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

/** Pins the learning rate to a value, or to so many times what it is, and gives it back. */
export function LearningRateForm({ job, busy, onSend }: Props) {
  const [text, setText] = useState('');
  const [by, setBy] = useState<'value' | 'factor'>('value');
  const [until, setUntil] = useState('');
  const pinned = job.learning_rate_owner === PINNED;
  const amount = entered(text);
  const untilEpoch = until.trim() === '' ? null : entered(until);
  const next = by === 'value' ? amount : (job.learning_rate ?? NaN) * amount;
  const submit = () => {
    const end = untilEpoch === null ? {} : { until_epoch: untilEpoch };
    onSend(
      by === 'value'
        ? { type: 'set_learning_rate', value: amount, ...end }
        : { type: 'set_learning_rate', factor: amount, ...end },
    );
    setText('');
  };
  return (
    <NumberForm
      id="learning-rate"
      label="Learning rate"
      now={
        <>
          {formatRate(job.learning_rate)}
          {pinned ? ', pinned' : owner(job) !== null && ` by ${owner(job) ?? ''}`}
        </>
      }
      placeholder={by === 'value' ? formatRate(job.learning_rate) : '0.5'}
      text={text}
      onText={setText}
      fault={rateFault(amount, LARGEST[by]) ?? untilFault(untilEpoch, job.progress?.epoch ?? 0)}
      effect={
        <>
          <b>
            {formatRate(job.learning_rate)} → {formatRate(next)}
          </b>{' '}
          after the next batch, {untilEpoch === null ? 'until released' : `until epoch ${untilEpoch} begins`}.{' '}
          {owner(job) !== null && !pinned && `Then ${owner(job) ?? ''} has it again.`}
        </>
      }
      verb="Set"
      busy={busy}
      onSubmit={submit}
      aside={
        <button
          type="button"
          className="button tiny"
          data-testid="release-learning-rate"
          disabled={busy || !pinned}
          title={
            pinned
              ? 'Gives the rate back to the schedule, else to the optimizer, after the next batch'
              : 'No command holds it'
          }
          onClick={() => {
            onSend({ type: 'release_learning_rate' });
          }}
        >
          Release
        </button>
      }
      unit={
        <select
          className="unit"
          aria-label="Set to, or times"
          value={by}
          onChange={(e) => {
            setBy(e.target.value === 'factor' ? 'factor' : 'value');
          }}
        >
          <option value="value">to</option>
          <option value="factor">×</option>
        </select>
      }
    >
      <div className="actions">
        {FACTORS.map((factor) => (
          <button
            key={factor}
            type="button"
            className="button tiny"
            aria-label={`Learning rate times ${factor}`}
            onClick={() => {
              setBy('factor');
              setText(String(factor));
            }}
          >
            ×{factor}
          </button>
        ))}
        <label className="until">
          until epoch
          <input
            data-testid="until-epoch"
            inputMode="numeric"
            autoComplete="off"
            placeholder="–"
            value={until}
            onChange={(e) => {
              setUntil(e.target.value);
            }}
          />
        </label>
      </div>
    </NumberForm>
  );
}

/** Whose rate it is, in words; null before training told. */
function owner(job: Job): string | null {
  return job.learning_rate_owner === null ? null : words(job.learning_rate_owner);
}

function rateFault(amount: number, largest: number): string | null {
  return amount > 0 && amount <= largest ? null : `A number above 0, up to ${largest}; 1e-4 is one too.`;
}

function untilFault(epoch: number | null, done: number): string | null {
  if (epoch === null || (Number.isInteger(epoch) && epoch > done)) return null;
  return `Until which epoch? A whole number above ${done}, or nothing.`;
}
