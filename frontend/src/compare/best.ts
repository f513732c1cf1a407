import { between } from '../chart/axis';
import type { CurvePoint } from '../api/curve';
import type { Direction } from '../chart/best';

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
