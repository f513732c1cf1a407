import { memo } from 'react';
import { Link } from 'react-router';
import { hasEnded, jobTitle, type Job } from '../api/job';
import { formatCount } from '../format/number';
import { formatAgo, formatDuration, secondsBetween } from '../format/time';
import { useNow } from '../ui/now';
import { ProgressBar } from '../ui/progress-bar';
import { StateBadge } from '../ui/state-badge';
import type { View } from './filter';
import { JobMetric } from './job-metric';

const MOST_TAGS = 3;

interface Props {
  job: Job;
  /** The metric to show; empty for the job's own. */
  metric: string;
  selected: boolean;
  onSelect: (job: Job, selected: boolean, range: boolean) => void;
  onFilter: (change: Partial<View>) => void;
}

/** One job of the list. Drawn anew only when the job, or that it is picked out, has changed. */
export const JobRow = memo(function JobRow({ job, metric, selected, onSelect, onFilter }: Props) {
  return (
    <li className="job-row" data-testid={`job-row-${job.id}`} data-selected={selected || undefined}>
      <input
        type="checkbox"
        className="job-pick"
        data-testid={`pick-${job.id}`}
        aria-label={`Pick out ${jobTitle(job)}`}
        checked={selected}
        onChange={(e) => {
          onSelect(job, e.target.checked, (e.nativeEvent as MouseEvent).shiftKey);
        }}
      />
      <div className="job-name">
        <Link to={`/jobs/${job.id}`} className="job-link">
          {jobTitle(job)}
        </Link>
        <span className="job-sub">
          #{job.id}
          {job.experiment !== null && (
            <>
              {' · '}
              <FilterButton
                word={job.experiment}
                onClick={() => {
                  onFilter({ experiment: job.experiment ?? '' });
                }}
              />
            </>
          )}
          {job.tags.slice(0, MOST_TAGS).map((tag) => (
            <span key={tag} className="tag">
              <FilterButton
                word={tag}
                onClick={() => {
                  onFilter({ tag });
                }}
              />
            </span>
          ))}
          {job.tags.length > MOST_TAGS && ` +${job.tags.length - MOST_TAGS}`}
        </span>
      </div>
      <StateBadge state={job.state} outcome={job.outcome} />
      <div className="job-progress">
        <ProgressBar progress={job.progress} state={job.state} />
        <span className="job-sub">
          <When job={job} />
        </span>
      </div>
      <JobMetric job={job} metric={metric} />
    </li>
  );
});

function FilterButton({ word, onClick }: { word: string; onClick: () => void }) {
  return (
    <button type="button" className="job-filter" title={`Show only ${word}`} onClick={onClick}>
      {word}
    </button>
  );
}

function When({ job }: { job: Job }) {
  const now = useNow();
  const { progress, state } = job;
  if (state === 'queued') {
    return `${job.queue_position === null ? 'waiting' : `${job.queue_position} in the queue`} · ${formatAgo(job.created_at, now)}`;
  }
  const epochs = progress ? `${formatCount(progress.epoch)}/${formatCount(progress.epochs)} epochs` : '';
  const took = secondsBetween(job.started_at, job.ended_at, now);
  const eta = progress?.eta_seconds ?? null;
  const last = hasEnded(state)
    ? job.ended_at && formatAgo(job.ended_at, now)
    : eta !== null && `${formatDuration(eta)} left`;
  return [epochs, took !== null && formatDuration(took), last].filter(Boolean).join(' · ');
}
