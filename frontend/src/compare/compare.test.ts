import { beforeEach, describe, expect, it } from 'vitest';
import type { CurvePoint } from '../api/curve';
import { best, direction } from '../chart/best';
import { reaches, secondsAt } from './best';
import { grown } from './curves';
import { grouped, overlay, type RunCurve } from './runs-data';
import { differences } from './spec-diff';

const point = (x: number, value: number, more: Partial<CurvePoint> = {}): CurvePoint => ({
  x,
  min: value,
  max: value,
  mean: value,
  last: value,
  count: 1,
  ...more,
});

const curve = (run: number, ...values: [number, number][]): RunCurve => ({
  run,
  name: `run ${run}`,
  points: values.map(([x, value]) => point(x, value)),
  x: values.map(([x]) => x),
});

describe('differences of specs', () => {
  it('are the paths where they do not say the same', () => {
    expect(
      differences([
        { name: 'a', epochs: 5, optimizer: { type: 'adam', learning_rate: 0.1 }, model: { hidden: [8, 4] } },
        { name: 'b', epochs: 5, optimizer: { type: 'adam', learning_rate: 0.2 }, model: { hidden: [8] } },
      ]),
    ).toEqual([
      { path: 'optimizer.learning_rate', values: [0.1, 0.2] },
      { path: 'model.hidden', values: ['[8,4]', '[8]'] },
    ]);
  });

  it('go by the names of callbacks, not by their places', () => {
    const stopping = { name: 'early_stopping', patience: 3 };

    expect(
      differences([
        { callbacks: [stopping] },
        {
          callbacks: [
            { name: 'history', every: 1 },
            { ...stopping, patience: 5 },
          ],
        },
      ]),
    ).toEqual([
      { path: 'callbacks.early_stopping.patience', values: [3, 5] },
      { path: 'callbacks.history.name', values: [undefined, 'history'] },
      { path: 'callbacks.history.every', values: [undefined, 1] },
    ]);
  });
});

describe('the best of a metric', () => {
  it.each([
    ['val_loss', 'min'],
    ['root_mean_squared_error', 'min'],
    ['val_mae', 'min'],
    ['accuracy', 'max'],
    ['val_f1', 'max'],
  ])('of %s is its %s', (metric, wanted) => {
    expect(direction(metric)).toBe(wanted);
  });

  it('is found within points that stand for many', () => {
    const points = [point(9, 5, { min: 1, count: 10 }), point(19, 2)];

    expect(best(points, 'min')).toEqual({ x: 9, value: 1 });
    expect(best(points, 'max')).toEqual({ x: 9, value: 5 });
  });

  it('passes over what is no number', () => {
    expect(best([point(0, NaN), point(1, Infinity)], 'max')).toBeNull();
  });
});

describe('the time to a value', () => {
  const points = [point(0, 3), point(1, 2), point(2, 0.5), point(3, 2)];

  it('is where it is reached first', () => {
    expect(reaches(points, 'min', 2)).toBe(1);
    expect(reaches(points, 'max', 2.5)).toBe(0);
    expect(reaches(points, 'min', 0.1)).toBeNull();
  });

  it('is counted from the start', () => {
    const times = [
      { x: 0, last: 110 },
      { x: 2, last: 130 },
    ];

    expect(secondsAt(0, times, 100)).toBe(10);
    expect(secondsAt(1, times, 100)).toBe(20);
    expect(secondsAt(1, times, null)).toBeNull();
    expect(secondsAt(1, [], 100)).toBeNull();
  });
});

describe('runs over one another', () => {
  it('go past what only others have', () => {
    const data = overlay([curve(0, [0, 1], [2, 3]), curve(1, [1, 5])], true);

    expect(data.x).toEqual([0, 1, 2]);
    expect(data.lines.map(({ values }) => values)).toEqual([
      [1, undefined, 3],
      [undefined, 5, undefined],
    ]);
  });

  it('are put together where all of a group have a value', () => {
    const data = grouped([
      { name: '0.1', curves: [curve(0, [0, 1], [2, 3], [3, 9]), curve(1, [0, 3], [1, 4], [2, 5])] },
    ]);

    expect(data.x).toEqual([0, 1, 2, 3]);
    expect(data.lines[0]?.name).toBe('0.1 (2)');
    expect(data.lines[0]?.values).toEqual([2, 3, 4, undefined]);
    expect(data.lines[0]?.band?.low).toEqual([1, 2, 3, undefined]);
  });
});

describe('a curve that grows', () => {
  const asked: (number | undefined)[] = [];
  /** What a server has that recorded so many points, a thousand of which it tells at most. */
  const server =
    (recorded: number) =>
    ({ from }: { from?: number }) => {
      asked.push(from);
      const each = Math.ceil((recorded - (from ?? 0)) / 1000);
      const points = Array.from({ length: recorded }, (_, x) => point(x, x, { count: each }));
      return Promise.resolve({
        name: 'loss',
        by: 'epoch' as const,
        points: points.filter(({ x }) => x >= (from ?? 0) && x % each === 0),
      });
    };
  const steps = ({ points }: { points: readonly CurvePoint[] }) => points.map(({ x }) => x);

  beforeEach(() => {
    asked.length = 0;
  });

  it('is asked for what is new', async () => {
    const known = await grown(undefined, server(3));

    expect(steps(await grown(known, server(5)))).toEqual([0, 1, 2, 3, 4]);
    expect(asked).toEqual([undefined, 3]);
  });

  it('stays the same object while nothing is new', async () => {
    const known = await grown(undefined, server(3));

    expect(await grown(known, server(3))).toBe(known);
  });

  it('is read anew when it no longer fits', async () => {
    const known = await grown(undefined, server(999));

    expect(steps(await grown(known, server(2000)))).toHaveLength(1000);
    expect(asked).toEqual([undefined, 999, undefined]);
  });

  it('is read anew where its points stand for several', async () => {
    const known = await grown(undefined, server(2000));

    await grown(known, server(2001));

    expect(asked).toEqual([undefined, undefined]);
  });
});
