import type { CurvePoint } from '../api/curve';
import type { ChartData, Line, Values } from '../chart/data';
import type { Column, TableView } from '../live/table';

const VALIDATION = 'val_';
const RATE = 'learning_rate';

/** Metrics to draw, each with its validation twin: the loss first, then as they were logged. */
export function metricNames(table: TableView): string[] {
  const names = new Set<string>();
  for (const name of table.columns.keys()) {
    if (name !== RATE) names.add(name.startsWith(VALIDATION) ? name.slice(VALIDATION.length) : name);
  }
  return [...names].sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
}

/** A metric of training and validation, by epoch. */
export function epochData(table: TableView, metric: string): ChartData {
  const lines: Line[] = [];
  const training = table.columns.get(metric);
  const validation = table.columns.get(VALIDATION + metric);
  if (training) lines.push({ name: 'training', role: 'training', values: training });
  if (validation) lines.push({ name: 'validation', role: 'validation', values: validation });
  return { x: table.x, lines };
}

/** A metric by step: what the page holds, and in front of it what the server put together of what it does not. */
export function stepData(table: TableView, metric: string, earlier: readonly CurvePoint[]): ChartData {
  const [steps, values] = logged(table.x, table.columns.get(metric) ?? []);
  const before = earlier.filter((point) => table.trimmedBefore !== null && point.x < table.trimmedBefore);
  if (before.length === 0) return { x: steps, lines: [{ name: 'training', role: 'training', values }] };
  const joined = (pick: (point: CurvePoint) => number): Values => [...before.map(pick), ...values];
  return {
    x: [...before.map((point) => point.x), ...steps],
    lines: [
      {
        name: 'training',
        role: 'training',
        values: joined((point) => point.mean),
        band: { low: joined((point) => point.min), high: joined((point) => point.max) },
      },
    ],
  };
}

/** The steps at which a metric was logged: a callback logs less often than updates do, and its line has no gaps. */
function logged(x: readonly number[], values: Column): [readonly number[], Column] {
  if (!values.includes(null)) return [x, values];
  const kept = x.flatMap((_, row) => (typeof values[row] === 'number' ? [row] : []));
  return [kept.map((row) => x[row] ?? 0), kept.map((row) => values[row] ?? null)];
}

/** The learning rate by step: it holds from each change to the next, and up to where training is. */
export function rateData(
  table: TableView,
  initial: number | null,
  current: number | null,
  lastStep: number,
): ChartData {
  const x = [...table.x];
  const values: (number | null)[] = [...(table.columns.get(RATE) ?? [])];
  const first = initial ?? current;
  if (x[0] !== 0 && first !== null) {
    x.unshift(0);
    values.unshift(first);
  }
  const last = x.at(-1);
  if (last !== undefined && lastStep > last) {
    x.push(lastStep);
    values.push(values.at(-1) ?? null);
  }
  return { x, lines: [{ name: 'in force', role: 'rate', values, stepped: true }] };
}
