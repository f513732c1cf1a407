import { describe, expect, it } from 'vitest';
import { columns, countPoints } from '../chart/data';
import { Table } from '../live/table';
import type { TimelineEntry } from '../live/job-store';
import { epochData, metricNames, rateData, stepData } from './chart-data';
import { epochMarkers, stepMarkers } from './chart-markers';
import { logTail } from './log-tail';

function table(capacity: number, rows: [number, Record<string, number>][]): Table {
  const made = new Table(capacity);
  for (const [x, values] of rows) made.append(x, new Map(Object.entries(values)));
  return made;
}

describe('charts by epoch', () => {
  const view = table(10, [
    [0, { accuracy: 0.5, loss: 2, val_loss: 2.5, val_accuracy: 0.4, learning_rate: 0.1 }],
    [1, { accuracy: 0.6, loss: NaN, val_loss: 2, val_accuracy: 0.5, learning_rate: 0.1 }],
  ]).view();

  it('are one for each metric with its validation twin, the loss first', () => {
    expect(metricNames(view)).toEqual(['loss', 'accuracy']);
    expect(epochData(view, 'accuracy').lines.map((line) => line.name)).toEqual(['training', 'validation']);
  });

  it('leave a gap where a value is not finite', () => {
    const data = epochData(view, 'loss');

    expect(columns(data, false)).toEqual([
      [0, 1],
      [2, null],
      [2.5, 2],
    ]);
    expect(countPoints(data)).toBe(3);
  });

  it('leave out on a logarithmic scale what is not above 0', () => {
    const data = epochData(
      table(10, [
        [0, { loss: 0 }],
        [1, { loss: -1 }],
        [2, { loss: 3 }],
      ]).view(),
      'loss',
    );

    expect(columns(data, true)[1]).toEqual([null, null, 3]);
  });
});

describe('charts by step', () => {
  it('put buckets of the server in front of the steps that the page let go, with a band', () => {
    const view = table(
      4,
      [0, 1, 2, 3, 4].map((x) => [x, { loss: x }]),
    ).view();
    const bucket = { x: 0, min: -1, max: 1, mean: 0, last: 0, count: 1 };

    const data = stepData(view, 'loss', [bucket, { ...bucket, x: 3 }]);

    expect(view.trimmedBefore).toBe(1);
    expect(data.x).toEqual([0, 1, 2, 3, 4]);
    expect(data.lines[0]?.band).toEqual({ low: [-1, 1, 2, 3, 4], high: [1, 1, 2, 3, 4] });
  });

  it('have no gap where a callback logs less often than updates do', () => {
    const { x, lines } = stepData(
      table(10, [
        [0, { loss: 2 }],
        [1, { loss: 1, examples_per_second: 500 }],
        [2, { loss: 1 }],
        [3, { loss: 1, examples_per_second: NaN }],
      ]).view(),
      'examples_per_second',
      [],
    );

    expect(x).toEqual([1, 3]);
    expect(lines[0]?.values).toEqual([500, NaN]);
  });

  it('have no band while every step is there', () => {
    expect(stepData(table(4, [[0, { loss: 1 }]]).view(), 'loss', []).lines[0]?.band).toBeUndefined();
  });
});

describe('the chart of the learning rate', () => {
  it('begins at the first step and holds up to the newest', () => {
    const rates = table(10, [[5, { learning_rate: 0.05 }]]).view();

    const data = rateData(rates, 0.1, 0.05, 9);

    expect([data.x, data.lines[0]?.values]).toEqual([
      [0, 5, 9],
      [0.1, 0.05, 0.05],
    ]);
  });

  it('is flat where nothing changed', () => {
    const data = rateData(new Table(1).view(), null, 0.1, 9);

    expect([data.x, data.lines[0]?.values]).toEqual([
      [0, 9],
      [0.1, 0.1],
    ]);
  });
});

describe('markers', () => {
  const entry = (step: number, voided: boolean): TimelineEntry => ({
    seq: step,
    at: '2026-03-01T12:00:00.000Z',
    job_id: 1,
    attempt: 1,
    epoch: Math.floor(step / 10),
    step,
    detail: { type: 'command_applied', command_id: 'a', command: 'set_learning_rate', message: 'is 0.1' },
    voided,
  });

  it('are where something acted, without what was trained again', () => {
    expect(stepMarkers([entry(12, false), entry(15, true)])).toEqual([
      { x: 12, kind: 'command', label: 'set learning rate applied: is 0.1 (epoch 1, step 12)' },
    ]);
  });

  it('lie by epoch where their step is: the end of epoch 1 at 1', () => {
    const byStep = stepMarkers([entry(20, false), entry(15, false), entry(3, false)]);

    expect(epochMarkers(byStep, 10).map((marker) => marker.x)).toEqual([1, 0.5, 0]);
  });
});

describe('the log', () => {
  it('is its last lines without orders to a terminal', () => {
    const escape = String.fromCharCode(27);
    const lines = Array.from({ length: 600 }, (_, line) => `${escape}[32mline ${line}${escape}[0m`);

    const { text, left } = logTail(`${lines.join('\n')}\n`);

    expect(left).toBe(100);
    expect(text.split('\n')[0]).toBe('line 100');
  });
});
