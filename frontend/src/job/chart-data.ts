import type { CurvePoint } from '../api/curve';
import type { ChartData, Line, Values } from '../chart/data';
import { EMPTY_TABLE, type Column, type TableView } from '../live/table';

const VALIDATION = 'val_';
const RATE = 'learning_rate';
const OVERRIDDEN = 'overridden';

/** What callbacks measure of the machine and not of the network. */
const THROUGHPUT = new Set(['examples_per_second', 'batches_per_second', 'wait_share']);
const SYSTEM = /^(cpu_|host_|rss_|gpu|heap_|memory_)/;

export type MetricKind = 'metric' | 'throughput' | 'system';

export function metricKind(name: string): MetricKind {
  return THROUGHPUT.has(name) ? 'throughput' : SYSTEM.test(name) ? 'system' : 'metric';
}

/** Metrics to draw, each with its validation twin: the loss first, then as they were logged. */
export function metricNames(table: Pick<TableView, 'columns'>): string[] {
  const names = new Set<string>();
  for (const name of table.columns.keys()) {
    if (name !== RATE) names.add(name.startsWith(VALIDATION) ? name.slice(VALIDATION.length) : name);
  }
  return [...names].sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
}

/** A metric of training and validation, by epoch; of a fork also, dimmed, what it inherits. */
export function epochData(table: TableView, metric: string, inherited: TableView = EMPTY_TABLE): ChartData {
  const lines: Line[] = [];
  const gap = inherited.x.map(() => undefined);
  for (const [role, name] of [
    ['training', metric],
    ['validation', VALIDATION + metric],
  ] as const) {
    const before = inherited.columns.get(name);
    const values = table.columns.get(name);
    if (before) lines.push({ name: `parent’s ${role}`, role, values: before, dim: true });
    if (values) lines.push({ name: role, role, values: gap.length === 0 ? values : [...gap, ...values] });
  }
  return { x: inherited.x.length === 0 ? table.x : [...inherited.x, ...table.x], lines };
}

/** The steps at which epochs end: where what was measured of them is known. */
export function epochEnds(epochs: readonly number[], stepsPerEpoch: number): readonly number[] {
  return epochs.map((epoch) => (epoch + 1) * stepsPerEpoch);
}

/** A metric by step: what the page holds, and in front of it what the server put together of what it does not. */
export function stepData(table: TableView, metric: string, earlier: readonly CurvePoint[]): ChartData {
  const [steps, values] = logged(table.x, table.columns.get(metric) ?? []);
  const name = metricKind(metric) === 'metric' ? 'training' : 'measured';
  const before = earlier.filter((point) => table.trimmedBefore !== null && point.x < table.trimmedBefore);
  if (before.length === 0) return { x: steps, lines: [{ name, role: 'training', values }] };
  const joined = (pick: (point: CurvePoint) => number): Values => [...before.map(pick), ...values];
  return {
    x: [...before.map((point) => point.x), ...steps],
    lines: [
      {
        name,
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

interface RateChange {
  step: number;
  value: number;
  overridden: boolean;
}

interface Rates {
  /** Changes that were told. */
  table: TableView;
  /** Before the first of them; null where that is not known. */
  initial: number | null;
  current: number | null;
  lastStep: number;
  /** What the server put together of steps that the page does not hold. */
  earlier?: readonly CurvePoint[];
  /** The rates that schedules plan, each from its step on. */
  plan?: readonly { step: number; value: number }[];
}

/**
 * The learning rate by step: it holds from each change to the next, and up to where training is. What a command set is a
 * line of its own; what schedules plan beyond now is another.
 */
export function rateData({ table, initial, current, lastStep, earlier = [], plan = [] }: Rates): ChartData {
  const changes = rateChanges(table, earlier);
  const first = initial ?? current;
  if (changes[0]?.step !== 0 && first !== null && earlier.length === 0) {
    changes.unshift({ step: 0, value: first, overridden: false });
  }
  const newest = changes.at(-1);
  if (newest && lastStep > newest.step) changes.push({ ...newest, step: lastStep });
  const ahead = planAhead(plan, lastStep);

  const x = [...changes.map(({ step }) => step), ...ahead.map(({ step }) => step)];
  const past = (overridden: boolean): Values => [
    // Where the other takes over the one before still holds up to that step.
    ...changes.map((change, row) => {
      const before = changes[row - 1];
      if (change.overridden === overridden) return change.value;
      return before?.overridden === overridden ? before.value : null;
    }),
    ...ahead.map(() => null),
  ];
  const lines: Line[] = [{ name: 'in force', role: 'rate', values: past(false), stepped: true }];
  if (changes.some(({ overridden }) => overridden)) {
    lines.push({ name: 'override', role: 'override', values: past(true), stepped: true });
  }
  if (ahead.length > 0) {
    const values = [...changes.map(() => null), ...ahead.map(({ value }) => value)];
    lines.push({ name: 'planned', role: 'planned', values, stepped: true });
  }
  return { x, lines };
}

function rateChanges(table: TableView, earlier: readonly CurvePoint[]): RateChange[] {
  const rates = table.columns.get(RATE) ?? [];
  const overridden = table.columns.get(OVERRIDDEN) ?? [];
  const told = table.x.flatMap((step, row): RateChange[] => {
    const value = rates[row];
    return typeof value === 'number' ? [{ step, value, overridden: overridden[row] === 1 }] : [];
  });
  const known = new Set(told.map(({ step }) => step));
  const between = earlier
    .filter(({ x }) => !known.has(x))
    .map(({ x, last }) => {
      const owner = told.findLast(({ step }) => step <= x);
      return { step: x, value: last, overridden: owner?.overridden ?? false };
    });
  return [...told, ...between].sort((a, b) => a.step - b.step);
}

/** What is planned from now on: the rate planned for now, and what follows. */
function planAhead(plan: Rates['plan'] & object, lastStep: number): { step: number; value: number }[] {
  const now = plan.findLast(({ step }) => step <= lastStep);
  const later = plan.filter(({ step }) => step > lastStep);
  return now === undefined || later.length === 0 ? [] : [{ step: lastStep, value: now.value }, ...later];
}
