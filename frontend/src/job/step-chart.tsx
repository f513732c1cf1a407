import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { getCurve } from '../api/calls';
import type { CurvePoint } from '../api/curve';
import { Chart } from '../chart/chart';
import type { Marker } from '../chart/data';
import { words } from '../format/place';
import type { TableView } from '../live/table';
import { stepData } from './chart-data';

const MOST_POINTS = 1000;
const NONE: readonly CurvePoint[] = [];

interface Props {
  jobId: number;
  metric: string;
  table: TableView;
  markers: readonly Marker[];
}

/** A metric by step. Of a long run the page holds the newest steps; what lies before comes in buckets. */
export function StepChart({ jobId, metric, table, markers }: Props) {
  const [zoom, setZoom] = useState<{ from: number; to: number } | null>(null);
  const before = table.trimmedBefore;
  const range = {
    by: 'step' as const,
    from: Math.max(0, Math.floor(zoom?.from ?? 0)),
    to: Math.max(0, Math.min(Math.ceil(zoom?.to ?? Infinity), (before ?? 1) - 1)),
    maxPoints: MOST_POINTS,
  };
  const { data: earlier } = useQuery({
    queryKey: ['curve', jobId, metric, range],
    queryFn: ({ signal }) => getCurve(jobId, metric, range, signal),
    enabled: before !== null && range.from <= range.to,
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  const data = useMemo(() => stepData(table, metric, earlier?.points ?? NONE), [table, metric, earlier]);
  return (
    <Chart
      id={`${metric}-step`}
      title={`${words(metric)} by step`}
      xName="step"
      data={data}
      markers={markers}
      group="step"
      empty="No step was logged yet."
      onZoom={setZoom}
    />
  );
}
