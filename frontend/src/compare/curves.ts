import { useQueries, type QueryFunctionContext, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getCurve } from '../api/calls';
import type { Curve, CurvePoint } from '../api/curve';
import type { AxisName } from '../chart/axis';
import type { Range } from '../chart/data';
import { useCalm } from '../ui/calm';
import { secondsAt } from './best';
import type { RunCurve } from './runs-data';
import type { Run } from './runs';

const MOST_POINTS = 1000;
/** Curves that change are drawn at most so often. */
const DRAWN_MS = 500;
const REFRESH_MS = 1000;
/** With many runs each is asked for less often. */
const REFRESH_A_RUN_MS = 100;
const NONE: readonly CurvePoint[] = [];

/** Points as told. Of a class: what keeps answers compares plain objects one by one, and there are thousands. */
export class Told {
  readonly points: readonly CurvePoint[];

  constructor(points: readonly CurvePoint[]) {
    this.points = points;
  }
}

/** A curve of which some is known: what came after that is asked for, or all where its points stand for several each. */
export async function grown(
  known: Told | undefined,
  ask: (range: { from?: number }) => Promise<Curve>,
): Promise<Told> {
  const single = ({ points }: Told | Curve) => points.every(({ count }) => count === 1);
  const all = async () => new Told((await ask({})).points);
  const last = known?.points.at(-1);
  if (known === undefined || last === undefined || !single(known)) return all();
  const more = await ask({ from: last.x + 1 });
  if (more.points.length === 0) return known;
  return known.points.length + more.points.length > MOST_POINTS || !single(more)
    ? all()
    : new Told([...known.points, ...more.points]);
}

const NOTHING = new Told(NONE);

function told(results: UseQueryResult<Told>[]): Told[] {
  return results.map(({ data }) => data ?? NOTHING);
}

/** What the server put together of a metric, for each of the runs; nothing for those that did not record it. */
export function useCurves(
  runs: readonly Run[],
  metric: string,
  by: (run: Run) => 'step' | 'epoch',
  range: (run: Run) => Range | null,
): readonly (readonly CurvePoint[])[] {
  const refresh = Math.max(REFRESH_MS, runs.length * REFRESH_A_RUN_MS);
  const found = useQueries({
    queries: runs.map((run) => {
      const axis = by(run);
      const part = range(run);
      return {
        // Read once more when the run has ended: what came last must not be missed.
        queryKey: ['runs-curve', run.id, run.attempt, run.running, metric, axis, part],
        queryFn: ({ client, queryKey, signal }: QueryFunctionContext) =>
          grown(part === null ? client.getQueryData<Told>(queryKey) : undefined, (from) =>
            getCurve(run.id, metric, { by: axis, maxPoints: MOST_POINTS, ...part, ...from }, signal),
          ),
        enabled: metric === 'time' ? run.metrics.size > 0 : run.metrics.has(`${axis}:${metric}`),
        staleTime: run.running ? refresh : Infinity,
        refetchInterval: run.running ? refresh : (false as const),
        placeholderData: (before: Told | undefined) => before,
        retry: false,
      };
    }),
    combine: told,
  });
  // The answers for many runs come one by one; drawing them all anew for each would leave no time for anything else.
  const calm = useCalm(found, runs.length > 1 ? DRAWN_MS : 0);
  return useMemo(() => calm.map(({ points }) => points), [calm]);
}

/** How runs are laid along x: `elapsed` is the time since each began. */
export type RunsAxis = Exclude<AxisName, 'time'>;

/** Whether a run's metric is drawn by its steps or by its epochs. */
function axisOf(metric: string, axis: RunsAxis): (run: Run) => 'step' | 'epoch' {
  return ({ metrics }) =>
    (axis === 'step' || !metrics.has(`epoch:${metric}`)) && metrics.has(`step:${metric}`) ? 'step' : 'epoch';
}

/** The curves of a metric, one for each run that has it. */
export function useRunCurves(
  runs: readonly Run[],
  metric: string,
  axis: RunsAxis,
  zoom: Range | null,
): readonly RunCurve[] {
  const by = axisOf(metric, axis);
  const found = useCurves(runs, metric, by, (run) => shown(by(run), axis, run, zoom));
  const times = useTimes(runs);
  return useMemo(
    () =>
      runs.flatMap((run, index): RunCurve[] => {
        const own = found[index] ?? NONE;
        if (own.length === 0) return [];
        const kind = axisOf(metric, axis)(run);
        const x = own.map((point) => place(point.x, kind, axis, run, times[index] ?? NONE));
        if (x.some((at) => at === null)) return [];
        return [{ run: run.run, name: run.name, points: own, x: x.map((at) => at ?? 0) }];
      }),
    [runs, metric, axis, found, times],
  );
}

const byEpoch = () => 'epoch' as const;
const whole = () => null;

/** When the epochs of each run ended, in seconds since 1970. */
export function useTimes(runs: readonly Run[]): readonly (readonly CurvePoint[])[] {
  return useCurves(runs, 'time', byEpoch, whole);
}

/** Where a point lies: an epoch's where it ended. Null where that is not known. */
function place(
  x: number,
  by: 'step' | 'epoch',
  axis: RunsAxis,
  run: Run,
  times: readonly CurvePoint[],
): number | null {
  const epochs = by === 'epoch' ? x + 1 : x / run.stepsPerEpoch;
  switch (axis) {
    case 'epoch':
      return epochs;
    case 'step':
      return by === 'step' ? x : epochs * run.stepsPerEpoch;
    case 'elapsed':
      return secondsAt(epochs - 1, times, run.started);
  }
}

/** The part of a curve that is shown, by what it is recorded by; null for all of it. */
function shown(by: 'step' | 'epoch', axis: RunsAxis, run: Run, zoom: Range | null): Range | null {
  if (zoom === null || axis === 'elapsed') return null;
  const scale =
    axis === 'epoch' ? (by === 'epoch' ? 1 : run.stepsPerEpoch) : by === 'step' ? 1 : 1 / run.stepsPerEpoch;
  const shift = by === 'epoch' ? -1 : 0;
  // One point more on each side, for the line that leads there.
  return {
    from: Math.max(0, Math.floor(zoom.from * scale + shift) - 1),
    to: Math.max(0, Math.ceil(zoom.to * scale + shift) + 1),
  };
}
