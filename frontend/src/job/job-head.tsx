import { Link } from 'react-router';
import { historyUrl } from '../api/calls';
import { hasEnded, jobTitle, type Job, type Placement } from '../api/job';
import { words } from '../format/place';
import { StateBadge } from '../ui/state-badge';

export function JobHead({ job }: { job: Job }) {
  return (
    <header className="job-head">
      <div className="job-head-title">
        <h1>{jobTitle(job)}</h1>
        <span aria-live="polite">
          <StateBadge state={job.state} />
        </span>
        <span className="job-sub">
          #{job.id}
          {job.experiment !== null && ` · ${job.experiment}`}
          {job.attempt > 1 && ` · attempt ${job.attempt}`}
          {job.tags.map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
        </span>
        <span className="actions end">
          <a className="button small" href={historyUrl(job.id)} download>
            History CSV
          </a>
          <Link className="button small" to={`/new?from=${job.id}`}>
            Run again with changes
          </Link>
        </span>
      </div>
      <Outcome job={job} />
      {job.placement !== null && <Place placement={job.placement} />}
      {job.parent !== null && (
        <p className="job-sub">
          Forked from <Link to={`/jobs/${job.parent.job_id}`}>job {job.parent.job_id}</Link>
          {job.parent.checkpoint !== null && `, checkpoint ${job.parent.checkpoint}`}
        </p>
      )}
      {!hasEnded(job.state) && job.queue_position !== null && (
        <p className="outcome">Number {job.queue_position} in the queue: it starts when a trainer is free.</p>
      )}
    </header>
  );
}

/** Where the cluster has it. */
function Place({ placement }: { placement: Placement }) {
  const parts = [
    placement.id === null ? 'Not with the cluster yet' : `Cluster job ${placement.id}`,
    placement.node === null ? null : `on ${placement.node}`,
    placement.reason,
  ].filter((part) => part !== null);
  return (
    <p className="job-sub" data-testid="placement">
      {parts.join(' · ')}
    </p>
  );
}

/** Why it ended, or why it is where it is. */
function Outcome({ job }: { job: Job }) {
  const outcome = job.outcome === null ? null : words(job.outcome);
  const reason = job.reason === outcome ? null : job.reason;
  if (outcome === null && reason === null) return null;
  return (
    <p className="outcome" data-state={job.state} data-testid="outcome">
      {outcome !== null && <b>{outcome}</b>}
      {outcome !== null && reason !== null && ': '}
      {reason}
    </p>
  );
}
