import { useState } from 'react';
import { formatCount } from '../format/number';
import { formatClock, formatDateTime } from '../format/time';
import { useJobPart } from '../live/context';
import type { TimelineEntry } from '../live/job-store';
import { describe } from './describe';
import { RateCurve } from './rate-curve';

const MOST_SHOWN = 200;
const FILTERS = [
  { name: 'everything', types: null },
  { name: 'commands', types: ['command_applied', 'command_rejected'] },
  { name: 'alerts', types: ['alert'] },
  { name: 'callbacks', types: ['callback', 'restored'] },
  { name: 'checkpoints', types: ['checkpoint_saved', 'checkpoint_removed'] },
  { name: 'learning rate', types: ['learning_rate_changed', 'learning_rate_tested'] },
] as const;

/** What happened, newest first. */
export function Timeline({ jobId }: { jobId: number }) {
  const timeline = useJobPart(jobId, (told) => told.timeline);
  const [chosen, setChosen] = useState<string>(FILTERS[0].name);
  const types: readonly string[] | null = FILTERS.find(({ name }) => name === chosen)?.types ?? null;
  const entries = timeline.filter(({ detail }) => types === null || types.includes(detail.type));
  const shown = entries.slice(-MOST_SHOWN).reverse();
  return (
    <section className="card" aria-labelledby="timeline-title">
      <header className="card-head">
        <h2 id="timeline-title">Timeline</h2>
        <label className="field-inline">
          <span className="sr">Show</span>
          <select
            value={chosen}
            onChange={(e) => {
              setChosen(e.target.value);
            }}
          >
            {FILTERS.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </header>
      <ol className="timeline" data-testid="timeline" tabIndex={0} aria-label="Events, newest first">
        {shown.map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
      {entries.length === 0 && <p className="hint">Nothing yet.</p>}
      {entries.length > MOST_SHOWN && (
        <p className="hint">{entries.length - MOST_SHOWN} earlier ones are not shown.</p>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { tone, sign, title, detail } = describe(entry.detail);
  return (
    <li className="event" data-tone={tone} data-voided={entry.voided || undefined}>
      <span className="event-sign" aria-hidden="true">
        {sign}
      </span>
      <div className="event-text">
        <span className="event-title">{title}</span>
        {detail !== '' && <span className="event-detail">{detail}</span>}
        {entry.detail.type === 'learning_rate_tested' && <RateCurve test={entry.detail} />}
        {entry.voided && <span className="event-detail">trained again later</span>}
      </div>
      <div className="event-when">
        <time dateTime={entry.at} title={formatDateTime(entry.at)}>
          {formatClock(entry.at)}
        </time>
        {entry.epoch !== null && <span>epoch {formatCount(entry.epoch)}</span>}
        {entry.step !== null && <span>step {formatCount(entry.step)}</span>}
      </div>
    </li>
  );
}
