import { useMemo } from 'react';
import type { Axis } from '../chart/axis';
import { Chart } from '../chart/chart';
import { along, type Marker, type Range } from '../chart/data';
import { formatBytes, formatNumber } from '../format/number';
import { words } from '../format/place';
import type { TableView } from '../live/table';
import { metricKind, stepData } from './chart-data';
import { useEarlier } from './earlier';

interface Props {
  jobId: number;
  metric: string;
  table: TableView;
  markers: readonly Marker[];
  axis: Axis;
  /** The steps shown; null for all. */
  zoom: Range | null;
}

/** A metric by step. Of a long run the page holds the newest steps; what lies before comes in buckets. */
export function StepChart({ jobId, metric, table, markers, axis, zoom }: Props) {
  const earlier = useEarlier(jobId, metric, table.trimmedBefore, zoom);
  const data = useMemo(
    () => along(stepData(table, metric, earlier), axis.places),
    [table, metric, earlier, axis],
  );
  return (
    <Chart
      id={`${metric}-step`}
      title={metricKind(metric) === 'metric' ? `${words(metric)} by step` : words(metric)}
      xName={axis.title}
      data={data}
      markers={markers}
      group="job"
      empty="No step was logged yet."
      format={metric.endsWith('_bytes') ? bytes : formatNumber}
    />
  );
}

function bytes(value: number | null): string {
  return value === null || !Number.isFinite(value) ? formatNumber(value) : formatBytes(value);
}
