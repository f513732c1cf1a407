import type { CurvePoint } from '../api/curve';
import type { ChartData, Line, Values } from '../chart/data';

export interface RunCurve {
  /** Its number among the runs: its colour. */
  run: number;
  name: string;
  points: readonly CurvePoint[];
  /** Where the points lie along x, in order. */
  x: readonly number[];
}

/** Curves of many runs over one x axis; each goes past what only others have. */
export function overlay(curves: readonly RunCurve[], withBands: boolean): ChartData {
  const x = union(curves);
  const spread = (curve: RunCurve, pick: (point: CurvePoint) => number): Values => {
    const values = new Array<number | undefined>(x.length).fill(undefined);
    let row = 0;
    curve.points.forEach((point, index) => {
      const at = curve.x[index] ?? NaN;
      while ((x[row] ?? Infinity) < at) row++;
      values[row] = pick(point);
    });
    return values;
  };
  return {
    x,
    lines: curves.map((curve): Line => {
      const banded = withBands && curve.points.some(({ count }) => count > 1);
      return {
        name: curve.name,
        role: 'run',
        run: curve.run,
        values: spread(curve, ({ mean }) => mean),
        ...(banded
          ? { band: { low: spread(curve, ({ min }) => min), high: spread(curve, ({ max }) => max) } }
          : {}),
      };
    }),
  };
}

/** Every x of the curves once, in order. */
function union(curves: readonly RunCurve[]): readonly number[] {
  const longest = curves.reduce<readonly number[]>((most, { x }) => (x.length > most.length ? x : most), []);
  // Runs of one kind are logged at the same places.
  if (curves.every(({ x }) => x === longest || isWithin(x, longest))) return longest;
  const all = Float64Array.from(curves.flatMap(({ x }) => x)).sort();
  return Array.from(all.filter((x, index) => index === 0 || x !== all[index - 1]));
}

/** Whether rising numbers are all among others that rise. */
function isWithin(some: readonly number[], all: readonly number[]): boolean {
  let at = 0;
  return some.every((value) => {
    while ((all[at] ?? Infinity) < value) at++;
    return all[at] === value;
  });
}

export interface Group {
  name: string;
  curves: readonly RunCurve[];
}

/**
 * A line for each group: the mean over its runs where each of them has a value, with one standard deviation around it
 * (of the whole group, divided by n). What a run recorded lies between its points on a straight line.
 */
export function grouped(groups: readonly Group[]): ChartData {
  const x = union(groups.flatMap(({ curves }) => curves));
  return {
    x,
    lines: groups.map(({ name, curves }, run): Line => {
      const values = curves.map((curve) => sampled(curve, x));
      const rows = x.map((_, at) => values.flatMap((one) => (one[at] === undefined ? [] : [one[at]])));
      const whole = rows.map((row) => row.length === curves.length && row.length > 0);
      const means = rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
      const spreads = rows.map((row, at) =>
        Math.sqrt(row.reduce((sum, value) => sum + (value - (means[at] ?? 0)) ** 2, 0) / row.length),
      );
      const where = (pick: (at: number) => number) =>
        x.map((_, at) => (whole[at] === true ? pick(at) : undefined));
      return {
        name: `${name} (${curves.length})`,
        role: 'run',
        run,
        values: where((at) => means[at] ?? NaN),
        band: {
          low: where((at) => (means[at] ?? NaN) - (spreads[at] ?? 0)),
          high: where((at) => (means[at] ?? NaN) + (spreads[at] ?? 0)),
        },
      };
    }),
  };
}

/** A curve at each x within it. */
function sampled(curve: RunCurve, x: readonly number[]): (number | undefined)[] {
  let at = 0;
  return x.map((wanted) => {
    while (at < curve.x.length - 1 && (curve.x[at + 1] ?? 0) <= wanted) at++;
    const [x0, x1] = [curve.x[at], curve.x[at + 1]];
    const [y0, y1] = [curve.points[at]?.mean, curve.points[at + 1]?.mean];
    if (x0 === undefined || y0 === undefined || wanted < x0) return undefined;
    if (wanted === x0) return y0;
    if (x1 === undefined || y1 === undefined) return undefined;
    return y0 + ((wanted - x0) / (x1 - x0)) * (y1 - y0);
  });
}
