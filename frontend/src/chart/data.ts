import type { MarkerKind, Role } from './palette';
import { smoothed } from './smooth';

/** `null` is a gap; `undefined` is an x of other lines only, which this one goes past. */
export type Values = readonly (number | null | undefined)[];

export interface Line {
  name: string;
  role: Role;
  /** Which of many runs, for its colour and dashes; only with the role `run`. */
  run?: number;
  values: Values;
  /** Smallest and largest of the recorded values that a point stands for. */
  band?: { low: Values; high: Values };
  /** The value holds until the next point. */
  stepped?: boolean;
  /** Drawn faintly: what belongs to another run. */
  dim?: boolean;
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

/** A part of an x axis. */
export interface Range {
  from: number;
  to: number;
}

/** What uPlot draws for a line, a series each. */
export type Part = 'line' | 'low' | 'high' | 'smooth';

/** The series of a line, in the order of their columns. */
export function parts(line: Line, smooth: boolean): Part[] {
  return [
    'line',
    ...(line.band ? (['low', 'high'] as const) : []),
    ...(smooth && line.stepped !== true ? (['smooth'] as const) : []),
  ];
}

/** What can be drawn: finite, and above 0 on a logarithmic scale. */
function drawable(values: Values, log: boolean): (number | null | undefined)[] {
  return values.map((value) =>
    value === undefined || (value !== null && Number.isFinite(value) && (!log || value > 0)) ? value : null,
  );
}

/**
 * The columns that uPlot takes: x, then the parts of each line.
 *
 * @param weight of the smoothing; 0 for none
 */
export function columns(
  data: ChartData,
  log: boolean,
  weight = 0,
): [number[], ...(number | null | undefined)[][]] {
  const rows = data.x.length;
  const drawn = data.lines.flatMap((line) =>
    parts(line, weight > 0).map((part): Values => {
      switch (part) {
        case 'line':
          return line.values;
        case 'low':
          return line.band?.low ?? [];
        case 'high':
          return line.band?.high ?? [];
        case 'smooth':
          return smoothed(line.values, weight);
      }
    }),
  );
  return [data.x.slice(), ...drawn.map((values) => drawable(values.slice(0, rows), log))];
}

/** The same lines along another axis. */
export function along(data: ChartData, axis: (x: readonly number[]) => readonly number[]): ChartData {
  return { ...data, x: axis(data.x) };
}

/** Points that the lines show. */
export function countPoints(data: ChartData): number {
  return data.lines.reduce(
    (count, line) => count + line.values.reduce<number>((n, value) => n + Number(Number.isFinite(value)), 0),
    0,
  );
}

/** The newest value of a line, not finite ones included. */
export function lastValue(values: Values): number | null {
  return values.findLast((value) => value !== null && value !== undefined) ?? null;
}

/** What makes a chart another chart, and not only new data for it. */
export function structure(data: ChartData): string {
  return data.lines
    .map((line) =>
      [
        line.name,
        line.role,
        line.run ?? '',
        line.band ? 'band' : '',
        line.stepped === true ? 'stepped' : '',
        line.dim === true ? 'dim' : '',
      ].join(' '),
    )
    .join('|');
}
