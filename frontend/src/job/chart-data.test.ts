import { describe, expect, it } from 'vitest';
import { columns, countPoints } from '../chart/data';
import { Table } from '../live/table';
import type { TimelineEntry } from '../live/job-store';
import { epochData, epochEnds, metricKind, metricNames, rateData, stepData } from './chart-data';
import { markersAlong, stepMarkers } from './chart-markers';
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

  it('stand where the epoch ends', () => {
    expect(epochEnds([0, 1, 2], 10)).toEqual([10, 20, 30]);
  });

  it('are of the network, of its speed or of the machine', () => {
    expect(['gradient_norm', 'wait_share', 'rss_bytes', 'gpu0_percent'].map(metricKind)).toEqual([
      'metric',
      'throughput',
      'system',
      'system',
    ]);
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

    const data = rateData({ table: rates, initial: 0.1, current: 0.05, lastStep: 9 });

    expect([data.x, data.lines[0]?.values]).toEqual([
      [0, 5, 9],
      [0.1, 0.05, 0.05],
    ]);
  });

  it('has what a command set as a line of its own, and the other up to it', () => {
    const table10 = table(10, [
      [0, { learning_rate: 0.1, overridden: 0 }],
      [5, { learning_rate: 0.5, overridden: 1 }],
      [8, { learning_rate: 0.2, overridden: 0 }],
    ]).view();

    const { x, lines } = rateData({ table: table10, initial: 0.1, current: 0.2, lastStep: 9 });

    expect(x).toEqual([0, 5, 8, 9]);
    expect(lines.map(({ name, values }) => [name, values])).toEqual([
      ['in force', [0.1, 0.1, 0.2, 0.2]],
      ['override', [null, 0.5, 0.5, null]],
    ]);
  });

  it('goes on with what is planned ahead of now', () => {
    const plan = [0, 10, 20].map((step) => ({ step, value: 1 / (step + 1) }));

    const { x, lines } = rateData({
      table: new Table(1).view(),
      initial: null,
      current: 1,
      lastStep: 12,
      plan,
    });

    expect(x).toEqual([0, 12, 12, 20]);
    expect(lines[1]).toMatchObject({ name: 'planned', values: [null, null, 1 / 11, 1 / 21] });
  });

  it('takes what the page does not hold from the server', () => {
    const bucket = { x: 3, min: 0, max: 1, mean: 0.5, last: 0.7, count: 4 };

    const { x, lines } = rateData({
      table: table(9, [[5, { learning_rate: 0.5, overridden: 0 }]]).view(),
      initial: 0.9,
      current: 0.5,
      lastStep: 5,
      earlier: [bucket, { ...bucket, x: 5 }],
    });

    expect([x, lines[0]?.values]).toEqual([
      [3, 5],
      [0.7, 0.5],
    ]);
  });

  it('is flat where nothing changed', () => {
    const data = rateData({ table: new Table(1).view(), initial: null, current: 0.1, lastStep: 9 });

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

  it('lie along another axis where their step is, in order', () => {
    const byStep = stepMarkers([entry(20, false), entry(3, false)]);

    expect(markersAlong(byStep, (steps) => steps.map((step) => step / 10)).map(({ x }) => x)).toEqual([
      0.3, 2,
    ]);
  });
});

describe('the log', () => {
  const escape = String.fromCharCode(27);
  const log = Array.from({ length: 600 }, (_, line) => `${escape}[32mline ${line}${escape}[0m\n`).join('');

  it('is its last lines without orders to a terminal', () => {
    const { text, left } = logTail(log);

    expect(left).toBe(100);
    expect(text.split('\n')[0]).toBe('line 100');
  });

  it('is searched whole, whatever the case', () => {
    expect(logTail(log, ' LINE 59')).toEqual({
      text: ['line 59', ...Array.from({ length: 10 }, (_, n) => `line 59${n}`)].join('\n'),
      found: 11,
      left: 0,
      lines: 600,
    });
  });
});
