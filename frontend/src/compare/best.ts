import { between } from '../chart/axis';
import type { CurvePoint } from '../api/curve';

export type Direction = 'min' | 'max';

/** Of metrics with these in their names less is better; of all others more is. */
const LESS_IS_BETTER = /loss|error|perplexity|(^|_)(mse|mae|rmse|mape|msle|brier)/;

export function direction(metric: string): Direction {
  return LESS_IS_BETTER.test(metric) ? 'min' : 'max';
}

/** The best of all that was recorded, and about where: at the end of the points that hold it. Null where there is none. */
export function best(points: readonly CurvePoint[], wanted: Direction): { x: number; value: number } | null {
  let found: { x: number; value: number } | null = null;
  for (const { x, min, max } of points) {
    const value = wanted === 'min' ? min : max;
    if (!Number.isFinite(value)) continue;
    if (found === null || (wanted === 'min' ? value < found.value : value > found.value))
      found = { x, value };
  }
  return found;
}

/** The first x at which a metric is as good as `target` or better; null where it never is. */
export function reaches(points: readonly CurvePoint[], wanted: Direction, target: number): number | null {
  const point = points.find(({ min, max }) => (wanted === 'min' ? min <= target : max >= target));
  return point?.x ?? null;
}

/**
 * Seconds since the start at which an epoch ended.
 *
 * @param times of the ends of epochs, in seconds since 1970
 * @param start likewise; null where it is not known
 */
export function secondsAt(
  epoch: number,
  times: readonly Pick<CurvePoint, 'x' | 'last'>[],
  start: number | null,
): number | null {
  if (start === null || times.length === 0) return null;
  const from = [-1, ...times.map(({ x }) => x)];
  const to = [start, ...times.map(({ last }) => last)];
  return (between(from, to, [epoch])[0] ?? start) - start;
}
