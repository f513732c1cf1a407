import type { ReactNode } from 'react';
import { hasEnded, type Job } from '../api/job';
import { formatCount, formatNumber, formatRate } from '../format/number';
import { words } from '../format/place';
import { formatDateTime, formatDuration, secondsBetween } from '../format/time';
import { useJobPart } from '../live/context';
import { useNow } from '../ui/now';
import { ProgressBar, share } from '../ui/progress-bar';

export function JobFacts({ job }: { job: Job }) {
  const now = useNow();
  const parameters = useJobPart(job.id, (told) => told.parameters);
  const { progress } = job;
  const ended = hasEnded(job.state);
  return (
    <section className="card" aria-labelledby="progress-title">
      <header className="card-head">
        <h2 id="progress-title">Progress</h2>
        <b className="percent">{Math.floor(share(progress) * 100)} %</b>
      </header>
      <ProgressBar progress={progress} state={job.state} />
      <dl className="facts">
        {progress && (
          <>
            <Fact name="Epochs done">
              {formatCount(progress.epoch)} of {formatCount(progress.epochs)}
            </Fact>
            <Fact name="Steps done">
              {formatCount(progress.step)} of {formatCount(progress.epochs * progress.steps_per_epoch)}
            </Fact>
          </>
        )}
        {!ended && progress?.eta_seconds != null && (
          <Fact name="Time left">{formatDuration(progress.eta_seconds)}</Fact>
        )}
        <Fact name={ended ? 'Took' : 'Running for'}>
          {formatDuration(secondsBetween(job.started_at, job.ended_at, now))}
        </Fact>
        {progress?.examples_per_second != null && progress.examples_per_second > 0 && (
          <Fact name="Examples a second">{formatCount(progress.examples_per_second)}</Fact>
        )}
        {job.learning_rate !== null && (
          <Fact name="Learning rate">
            {formatRate(job.learning_rate)}
            {job.learning_rate_owner !== null && <small> by {words(job.learning_rate_owner)}</small>}
          </Fact>
        )}
        {job.best !== null && (
          <Fact name={`Best ${job.best.metric}`}>
            {formatNumber(job.best.value)} <small>epoch {job.best.epoch}</small>
          </Fact>
        )}
        {parameters !== null && <Fact name="Parameters">{formatCount(parameters)}</Fact>}
        {job.started_at !== null && <Fact name="Started">{formatDateTime(job.started_at)}</Fact>}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
