import { useMemo } from 'react';
import { hasEnded, type Job } from '../api/job';
import { Chart } from '../chart/chart';
import type { Marker } from '../chart/data';
import { MarkerKey } from '../chart/marker-key';
import { words } from '../format/place';
import { useJobPart } from '../live/context';
import type { TableView } from '../live/table';
import { epochMarkers, stepMarkers } from './chart-markers';
import { epochData, metricNames, rateData } from './chart-data';
import { StepChart } from './step-chart';

/** Every curve of a job. */
export function Charts({ job }: { job: Job }) {
  const epochs = useJobPart(job.id, (told) => told.epochs);
  const steps = useJobPart(job.id, (told) => told.steps);
  const timeline = useJobPart(job.id, (told) => told.timeline);
  const stepsPerEpoch = useJobPart(job.id, (told) => told.stepsPerEpoch);
  const read = useJobPart(job.id, (told) => told.lastSeq >= job.last_seq);
  const byStep = useMemo(() => stepMarkers(timeline), [timeline]);
  const byEpoch = useMemo(() => epochMarkers(byStep, stepsPerEpoch), [byStep, stepsPerEpoch]);
  const none = !hasEnded(job.state)
    ? 'The first point comes when an epoch ends.'
    : read
      ? 'No epoch came to its end.'
      : 'Reading what the job told …';
  const stepMetrics = metricNames(steps);
  // Before the first epoch ends the metrics of its steps tell which charts there will be.
  const metrics = epochs.x.length > 0 ? metricNames(epochs) : stepMetrics.length > 0 ? stepMetrics : ['loss'];
  return (
    <>
      <section className="charts" aria-label="Metrics by epoch">
        {metrics.map((metric) => (
          <EpochChart key={metric} metric={metric} table={epochs} markers={byEpoch} empty={none} />
        ))}
        <RateChart job={job} markers={byStep} />
        <MarkerKey markers={byStep} />
      </section>
      {stepMetrics.length > 0 && (
        <section aria-labelledby="steps-title">
          <h2 id="steps-title" className="section-title">
            Step by step
          </h2>
          <div className="charts">
            {stepMetrics.map((metric) => (
              <StepChart key={metric} jobId={job.id} metric={metric} table={steps} markers={byStep} />
            ))}
          </div>
        </section>
      )}
    </>
  );
}

interface EpochChartProps {
  metric: string;
  table: TableView;
  markers: readonly Marker[];
  empty: string;
}

function EpochChart({ metric, table, markers, empty }: EpochChartProps) {
  const data = useMemo(() => epochData(table, metric), [table, metric]);
  return (
    <Chart
      id={metric}
      title={words(metric)}
      xName="epoch"
      data={data}
      markers={markers}
      group="epoch"
      empty={empty}
    />
  );
}

function RateChart({ job, markers }: { job: Job; markers: readonly Marker[] }) {
  const rates = useJobPart(job.id, (told) => told.rates);
  const initial = useJobPart(job.id, (told) => told.initialRate);
  const lastStep = useJobPart(job.id, (told) => told.lastStep);
  const data = useMemo(
    () => rateData(rates, initial, job.learning_rate, lastStep),
    [rates, initial, job.learning_rate, lastStep],
  );
  const others = useMemo(() => markers.filter((marker) => marker.kind !== 'rate'), [markers]);
  return (
    <Chart
      id="learning_rate"
      title="learning rate"
      xName="step"
      data={data}
      markers={others}
      group="step"
      empty="Known when training begins."
    />
  );
}
