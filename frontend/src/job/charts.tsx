import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { listMetrics } from '../api/calls';
import { hasEnded, type Job } from '../api/job';
import type { Axis } from '../chart/axis';
import { Chart } from '../chart/chart';
import { Curves } from '../chart/curves';
import { along, type Marker } from '../chart/data';
import { MarkerKey } from '../chart/marker-key';
import { SharedView } from '../chart/view';
import { words } from '../format/place';
import { useJobPart } from '../live/context';
import { EMPTY_TABLE, type TableView } from '../live/table';
import { epochData, epochEnds, metricKind, metricNames, type MetricKind } from './chart-data';
import { markersAlong, stepMarkers } from './chart-markers';
import { useInherited } from './inherited';
import { useJobAxis } from './job-axis';
import { RateChart } from './rate-chart';
import { StepChart } from './step-chart';

const SECTIONS: readonly { kind: MetricKind; title: string }[] = [
  { kind: 'metric', title: 'Step by step' },
  { kind: 'throughput', title: 'Throughput' },
  { kind: 'system', title: 'System' },
];

/** Every curve of a job. */
export function Charts({ job }: { job: Job }) {
  const epochs = useJobPart(job.id, (told) => told.epochs);
  const steps = useJobPart(job.id, (told) => told.steps);
  const timeline = useJobPart(job.id, (told) => told.timeline);
  const read = useJobPart(job.id, (told) => told.lastSeq >= job.last_seq);
  const { axis, stepsPerEpoch, shared } = useJobAxis(job);
  const { zoom } = shared.view;
  // When another run was is no place on this one's clock.
  const before = useInherited(job);
  const inherited = axis.name === 'time' ? EMPTY_TABLE : before;
  const markers = useMemo(() => markersAlong(stepMarkers(timeline), axis.places), [timeline, axis]);
  const none = !hasEnded(job.state)
    ? 'The first point comes when an epoch ends.'
    : read
      ? 'No epoch came to its end.'
      : 'Reading what the job told …';
  const stepMetrics = useStepMetrics(job, steps);
  // Before the first epoch ends the metrics of its steps tell which charts there will be.
  const metrics =
    epochs.x.length > 0
      ? metricNames(epochs)
      : stepMetrics.some((name) => metricKind(name) === 'metric')
        ? stepMetrics.filter((name) => metricKind(name) === 'metric')
        : ['loss'];
  return (
    <SharedView value={shared}>
      <Curves label="Metrics by epoch" shared={shared}>
        {metrics.map((metric) => (
          <EpochChart
            key={metric}
            metric={metric}
            table={epochs}
            inherited={inherited}
            markers={markers}
            axis={axis}
            stepsPerEpoch={stepsPerEpoch}
            empty={none}
          />
        ))}
        <RateChart job={job} markers={markers} axis={axis} zoom={zoom} />
        <MarkerKey markers={markers} />
      </Curves>
      {SECTIONS.map(({ kind, title }) => {
        const names = stepMetrics.filter((name) => metricKind(name) === kind);
        return names.length === 0 ? null : (
          <section key={kind} aria-labelledby={`steps-${kind}`}>
            <h2 id={`steps-${kind}`} className="section-title">
              {title}
            </h2>
            <div className="charts">
              {names.map((metric) => (
                <StepChart
                  key={metric}
                  jobId={job.id}
                  metric={metric}
                  table={steps}
                  markers={markers}
                  axis={axis}
                  zoom={zoom}
                />
              ))}
            </div>
          </section>
        );
      })}
    </SharedView>
  );
}

/**
 * The metrics of steps. Where the page does not hold all of these, the server knows their names; until it has told them those
 * that the job told last will do.
 */
function useStepMetrics({ id, latest }: Job, steps: TableView): string[] {
  const { data } = useQuery({
    queryKey: ['metrics', id],
    queryFn: ({ signal }) => listMetrics(id, signal),
    enabled: steps.trimmedBefore !== null,
  });
  const told = [...latest.keys()].filter((name) => !name.startsWith('val_')).join('\n');
  return useMemo(() => {
    const listed = data?.filter(({ by }) => by === 'step').map(({ name }) => name);
    const names =
      steps.trimmedBefore === null ? [] : (listed ?? told.split('\n').filter((name) => name !== ''));
    return metricNames({ columns: new Map([...steps.columns, ...names.map((name) => [name, []] as const)]) });
  }, [data, steps, told]);
}

interface EpochChartProps {
  metric: string;
  table: TableView;
  inherited: TableView;
  markers: readonly Marker[];
  axis: Axis;
  stepsPerEpoch: number;
  empty: string;
}

function EpochChart({ metric, table, inherited, markers, axis, stepsPerEpoch, empty }: EpochChartProps) {
  const data = useMemo(
    () => along(epochData(table, metric, inherited), (x) => axis.places(epochEnds(x, stepsPerEpoch))),
    [table, inherited, metric, axis, stepsPerEpoch],
  );
  return (
    <Chart
      id={metric}
      title={words(metric)}
      xName={axis.title}
      data={data}
      markers={markers}
      group="job"
      empty={empty}
    />
  );
}
