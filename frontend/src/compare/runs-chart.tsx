import { useMemo } from 'react';
import { Chart } from '../chart/chart';
import type { Range } from '../chart/data';
import { words } from '../format/place';
import { useRunCurves, type RunsAxis } from './curves';
import type { Run } from './runs';
import { grouped, overlay } from './runs-data';

interface Props {
  runs: readonly Run[];
  metric: string;
  axis: RunsAxis;
  xName: string;
  zoom: Range | null;
  /** Names of groups, and the ids in them; null where each run is drawn by itself. */
  groups: ReadonlyMap<string, readonly number[]> | null;
}

/** With more runs their bands would hide one another. */
const MOST_BANDS = 4;
const NO_MARKERS = [] as const;

/** One metric of many runs, or the mean of each group of them. */
export function RunsChart({ runs, metric, axis, xName, zoom, groups }: Props) {
  const curves = useRunCurves(runs, metric, axis, zoom);
  const data = useMemo(() => {
    if (groups === null) return overlay(curves, curves.length <= MOST_BANDS);
    const numbers = new Map(runs.map(({ id, run }) => [id, run]));
    return grouped(
      [...groups].map(([name, ids]) => ({
        name,
        curves: curves.filter(({ run }) => ids.some((id) => numbers.get(id) === run)),
      })),
    );
  }, [curves, groups, runs]);
  return (
    <Chart
      id={metric}
      title={words(metric)}
      xName={xName}
      data={data}
      markers={NO_MARKERS}
      group="compare"
      named={groups !== null}
      empty="None of these runs recorded it so far."
    />
  );
}
