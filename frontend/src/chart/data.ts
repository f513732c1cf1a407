import type { MarkerKind, Role } from './palette';

export type Values = readonly (number | null)[];

export interface Line {
  name: string;
  role: Role;
  values: Values;
  /** Smallest and largest of the recorded values that a point stands for. */
  band?: { low: Values; high: Values };
  /** The value holds until the next point. */
  stepped?: boolean;
}

export interface ChartData {
  x: readonly number[];
  lines: readonly Line[];
}

export interface Marker {
  x: number;
  kind: MarkerKind;
  label: string;
}

/** What can be drawn: finite, and above 0 on a logarithmic scale. */
function drawable(values: Values, log: boolean): (number | null)[] {
  return values.map((value) =>
    value !== null && Number.isFinite(value) && (!log || value > 0) ? value : null,
  );
}

/** The columns that uPlot takes: x, then each line, followed by its band's low and high where it has one. */
export function columns(data: ChartData, log: boolean): [number[], ...(number | null)[][]] {
  const rows = data.x.length;
  const drawn = data.lines.flatMap((line) =>
    line.band ? [line.values, line.band.low, line.band.high] : [line.values],
  );
  return [data.x.slice(), ...drawn.map((values) => drawable(values.slice(0, rows), log))];
}

/** Points that the lines show. */
export function countPoints(data: ChartData): number {
  return data.lines.reduce(
    (count, line) => count + line.values.filter((value) => value !== null && Number.isFinite(value)).length,
    0,
  );
}

/** The newest value of a line, not finite ones included. */
export function lastValue(values: Values): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

/** What makes a chart another chart, and not only new data for it. */
export function structure(data: ChartData): string {
  return data.lines
    .map((line) =>
      [line.name, line.role, line.band ? 'band' : '', line.stepped === true ? 'stepped' : ''].join(' '),
    )
    .join('|');
}
