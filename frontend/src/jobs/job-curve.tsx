import { useQuery } from '@tanstack/react-query';
import { getCurve } from '../api/calls';
import { hasEnded, type Job } from '../api/job';
import { Sparkline } from '../chart/sparkline';

const MOST_POINTS = 60;
const REFRESH_MS = 2500;

/** The loss by epoch, on the validation part where there is one. */
export function JobCurve({ job }: { job: Job }) {
  const metric = job.latest.has('val_loss') ? 'val_loss' : 'loss';
  const epochs = job.progress?.epoch ?? 0;
  const ended = hasEnded(job.state);
  const { data } = useQuery({
    queryKey: ['curve', job.id, metric, ended],
    queryFn: ({ signal }) => getCurve(job.id, metric, { by: 'epoch', maxPoints: MOST_POINTS }, signal),
    enabled: epochs > 0,
    staleTime: ended ? Infinity : REFRESH_MS,
    refetchInterval: ended ? false : REFRESH_MS,
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <div className="job-curve">
      <Sparkline values={data?.points.map((point) => point.mean) ?? []} label={`${metric} by epoch`} />
    </div>
  );
}
