import { useMemo } from 'react';
import { hasEnded, type Job } from '../api/job';
import type { Axis } from '../chart/axis';
import { Chart } from '../chart/chart';
import { along, type Marker, type Range } from '../chart/data';
import { formatRate } from '../format/number';
import { useJobPart } from '../live/context';
import { rateData } from './chart-data';
import { useCheck } from './check';
import { useEarlier } from './earlier';

interface Props {
  job: Job;
  markers: readonly Marker[];
  axis: Axis;
  zoom: Range | null;
}

/** The learning rate: as it was, what a command set apart, and ahead of now what schedules plan. */
export function RateChart({ job, markers, axis, zoom }: Props) {
  const table = useJobPart(job.id, (told) => told.rates);
  const before = useJobPart(job.id, (told) => told.steps.trimmedBefore);
  const initial = useJobPart(job.id, (told) => told.initialRate);
  const lastStep = useJobPart(job.id, (told) => told.lastStep);
  const current = job.learning_rate;
  const earlier = useEarlier(job.id, 'learning_rate', before, zoom);
  const plan = useCheck(job, !hasEnded(job.state)).data?.learning_rates;
  const data = useMemo(
    () =>
      along(rateData({ table, initial, current, lastStep, earlier, ...(plan ? { plan } : {}) }), axis.places),
    [table, initial, current, lastStep, earlier, plan, axis],
  );
  const others = useMemo(() => markers.filter((marker) => marker.kind !== 'rate'), [markers]);
  return (
    <Chart
      id="learning_rate"
      title="learning rate"
      xName={axis.title}
      data={data}
      markers={others}
      group="job"
      empty="Known when training begins."
      format={formatRate}
    />
  );
}
