import { useQuery } from '@tanstack/react-query';
import { getCurve } from '../api/calls';
import { hasEnded, type Job } from '../api/job';
import { best, direction } from '../chart/best';
import { Sparkline } from '../chart/sparkline';
import { formatNumber, formatRate } from '../format/number';

const MOST_POINTS = 60;
const REFRESH_MS = 2500;

/** One metric of a job: the best, the latest, and how it went; beside them the learning rate. */
export function JobMetric({ job, metric: wanted }: { job: Job; metric: string }) {
  const metric = wanted === '' ? ownMetric(job) : wanted;
  const ended = hasEnded(job.state);
  const { data } = useQuery({
    queryKey: ['curve', job.id, metric, ended],
    queryFn: ({ signal }) => getCurve(job.id, metric, { by: 'epoch', maxPoints: MOST_POINTS }, signal),
    enabled: (job.progress?.epoch ?? 0) > 0 && job.latest.has(metric),
    staleTime: ended ? Infinity : REFRESH_MS,
    refetchInterval: ended ? false : REFRESH_MS,
    placeholderData: (before) => before,
    retry: false,
  });
  const points = data?.points ?? [];
  const found =
    job.best?.metric === metric ? job.best.value : (best(points, direction(metric))?.value ?? null);
  return (
    <>
      <dl className="job-metrics">
        <div>
          <dt>best {metric}</dt>
          <dd>{formatNumber(found)}</dd>
        </div>
        <div>
          <dt>latest</dt>
          <dd>{formatNumber(job.latest.get(metric))}</dd>
        </div>
        <div>
          <dt>learning rate</dt>
          <dd>{formatRate(job.learning_rate)}</dd>
        </div>
      </dl>
      <div className="job-curve">
        <Sparkline values={points.map((point) => point.mean)} label={`${metric} by epoch`} />
      </div>
    </>
  );
}

/** What the job itself goes by. */
function ownMetric({ best: told, latest }: Job): string {
  return told?.metric ?? (latest.has('val_loss') ? 'val_loss' : 'loss');
}
