import type { Explanation, Job } from '../api/job';
import { formatRate } from '../format/number';
import { words } from '../format/place';
import { useJobPart } from '../live/context';

/** Where each callback stands, in its own words, live. */
export function CallbacksPanel({ job, known }: { job: Job; known: readonly Explanation[] }) {
  const told = useJobPart(job.id, (live) => live.callbacks);
  const callbacks = told ?? known;
  if (callbacks.length === 0) return null;
  return (
    <section className="card" aria-labelledby="callbacks-title" data-testid="callbacks">
      <header className="card-head">
        <h2 id="callbacks-title">Callbacks</h2>
      </header>
      <dl className="explained">
        {callbacks.map(({ name, type, text }) => (
          <div key={name}>
            <dt>
              {words(name)} <small>{type}</small>
            </dt>
            <dd>{text === '' ? 'nothing to tell yet' : text}</dd>
          </div>
        ))}
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
    </section>
  );
}
