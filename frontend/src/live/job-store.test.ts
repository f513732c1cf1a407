import { describe, expect, it, vi } from 'vitest';
import { atOnce, batchEnd, decoded, epochEnd, trainBegin, wire } from '../testing/events';
import { JobStore } from './job-store';

function storeWith(...events: object[]): JobStore {
  const store = new JobStore(atOnce);
  store.apply(decoded(...events));
  return store;
}

describe('JobStore', () => {
  it('puts metrics in columns by step and by epoch', () => {
    const { steps, epochs } = storeWith(
      trainBegin(0),
      batchEnd(1, 4, 2),
      batchEnd(2, 9, 1),
      epochEnd(3, 0, { loss: 1.5, val_loss: 1.7 }),
    ).snapshot();

    expect(steps.x).toEqual([4, 9]);
    expect(steps.columns.get('loss')).toEqual([2, 1]);
    expect(epochs.x).toEqual([0]);
    expect(epochs.columns.get('val_loss')).toEqual([1.7]);
  });

  it('puts what a callback measured at a step beside what the step logged, in either order', () => {
    const { steps, timeline } = storeWith(
      trainBegin(0),
      wire(1, 'metrics_logged', { epoch: 0, step: 4, by: 'device_stats', logs: { rss_bytes: 7 } }),
      batchEnd(2, 4, 2),
      batchEnd(3, 9, 1),
      wire(4, 'metrics_logged', { epoch: 0, step: 9, by: 'device_stats', logs: { rss_bytes: 8 } }),
    ).snapshot();

    expect(steps.x).toEqual([4, 9]);
    expect(steps.columns.get('loss')).toEqual([2, 1]);
    expect(steps.columns.get('rss_bytes')).toEqual([7, 8]);
    expect(timeline.map((entry) => entry.detail.type)).toEqual(['train_begin']);
  });

  it('passes over what it holds already', () => {
    const store = storeWith(trainBegin(0), batchEnd(1, 0, 2), batchEnd(2, 1, 1));

    const whole = store.apply(decoded(batchEnd(1, 0, 2), batchEnd(2, 1, 1), batchEnd(3, 2, 0.5)));

    expect(whole).toBe(true);
    expect(store.snapshot().steps.x).toEqual([0, 1, 2]);
  });

  it('takes nothing after a gap and says so', () => {
    const store = storeWith(trainBegin(0), batchEnd(1, 0, 2));

    const whole = store.apply(decoded(batchEnd(3, 2, 1)));

    expect(whole).toBe(false);
    expect(store.lastSeq).toBe(1);
    expect(store.snapshot().steps.x).toEqual([0]);
  });

  it('asks the server for what it skipped of single steps, and takes what follows', () => {
    const store = new JobStore(atOnce);
    store.skipSteps(90);

    expect(store.stepsAfter).toBe(90);
    expect(store.snapshot().steps.trimmedBefore).toBe(Infinity);
    const whole = store.apply(decoded(trainBegin(0), epochEnd(40, 0, { loss: 1 }), batchEnd(91, 80, 2)));

    expect(whole).toBe(true);
    expect(store.snapshot().steps.x).toEqual([80]);
    expect(store.snapshot().steps.trimmedBefore).toBe(80);
    expect(store.snapshot().epochs.x).toEqual([0]);
  });

  it('still sees a gap beyond what it skipped', () => {
    const store = new JobStore(atOnce);
    store.skipSteps(90);

    expect(store.apply(decoded(trainBegin(0), batchEnd(92, 80, 2)))).toBe(false);
    expect(store.lastSeq).toBe(0);
  });

  it('knows when steps were made, those of a resumed attempt anew', () => {
    const { clock } = storeWith(
      { ...trainBegin(0), at: '2026-03-01T12:00:00.000Z' },
      { ...batchEnd(1, 4, 2), at: '2026-03-01T12:00:04.000Z' },
      { ...trainBegin(2, { from: 'a', epoch: 0, step: 2 }), at: '2026-03-01T12:01:00.000Z' },
      { ...batchEnd(3, 4, 2), at: '2026-03-01T12:01:10.000Z' },
    ).snapshot();

    expect(clock.steps).toEqual([0, 2, 4]);
    expect(clock.times.map((time) => time - (clock.times[0] ?? 0))).toEqual([0, 60, 70]);
  });

  it('takes a rate that moves with every update from the updates', () => {
    const rated = (seq: number, step: number, rate: number) =>
      wire(seq, 'batch_end', { epoch: 0, step, batch: step, logs: { loss: 1, learning_rate: rate } });

    const { rates } = storeWith(
      trainBegin(0),
      rated(1, 0, 0.1),
      rated(2, 1, 0.1),
      rated(3, 2, 0.2),
    ).snapshot();

    expect(rates.x).toEqual([0, 2]);
  });

  it('drops what a resumed attempt tells again', () => {
    const store = storeWith(
      trainBegin(0),
      batchEnd(1, 9, 2),
      epochEnd(2, 0, { loss: 2 }),
      wire(3, 'callback', { epoch: 1, step: 15, name: 'csv_logger', message: 'acted' }),
      batchEnd(4, 19, 1),
      epochEnd(5, 1, { loss: 1 }),
    );

    store.apply(decoded(trainBegin(6, { from: 'epoch-001', epoch: 1, step: 10 }), batchEnd(7, 19, 1.1)));

    const { steps, epochs, timeline } = store.snapshot();
    expect(steps.x).toEqual([9, 19]);
    expect(steps.columns.get('loss')).toEqual([2, 1.1]);
    expect(epochs.x).toEqual([0]);
    expect(timeline.filter((entry) => entry.voided).map((entry) => entry.seq)).toEqual([3]);
  });

  it('keeps all that came before a start that resumes nothing', () => {
    const store = storeWith(trainBegin(0), batchEnd(1, 9, 2));

    store.apply(decoded(wire(2, 'epoch_begin', { epoch: 1, step: 10 }), batchEnd(3, 10, 1)));

    expect(store.snapshot().steps.x).toEqual([9, 10]);
  });

  it('keeps values that are not finite', () => {
    const { steps } = storeWith(trainBegin(0), batchEnd(1, 0, 'NaN'), batchEnd(2, 1, '-Infinity')).snapshot();

    expect(steps.columns.get('loss')).toEqual([NaN, -Infinity]);
  });

  it('fills a metric that comes late with nothing before it', () => {
    const { epochs } = storeWith(
      trainBegin(0),
      epochEnd(1, 0, { loss: 1 }),
      epochEnd(2, 1, { loss: 1, f1: 0.5 }),
    ).snapshot();

    expect(epochs.columns.get('f1')).toEqual([null, 0.5]);
  });

  it('tells what became of a command, and where', () => {
    const { commands } = storeWith(
      wire(0, 'command_applied', {
        epoch: 1,
        step: 12,
        command_id: 'a',
        command: 'stop',
        message: 'stopped',
      }),
      wire(1, 'command_rejected', {
        epoch: 1,
        step: 13,
        command_id: 'b',
        command: 'stop',
        message: 'too late',
      }),
    ).snapshot();

    expect(commands.get('a')).toEqual({ state: 'applied', epoch: 1, step: 12, message: 'stopped' });
    expect(commands.get('b')).toMatchObject({ state: 'rejected', message: 'too late' });
  });

  it('remembers the rate before the first change', () => {
    const { initialRate, rates } = storeWith(
      wire(0, 'learning_rate_changed', { epoch: 0, step: 5, from: 0.1, to: 0.05, by: 'command' }),
      wire(1, 'learning_rate_changed', { epoch: 0, step: 8, from: 0.05, to: 0.01, by: 'command' }),
    ).snapshot();

    expect(initialRate).toBe(0.1);
    expect([rates.x, rates.columns.get('learning_rate')]).toEqual([
      [5, 8],
      [0.05, 0.01],
    ]);
  });

  it('keeps the parts that did not change the same objects', () => {
    const store = storeWith(trainBegin(0), epochEnd(1, 0, { loss: 1 }));
    const before = store.snapshot();

    store.apply(decoded(batchEnd(2, 10, 1)));

    const after = store.snapshot();
    expect(after.epochs).toBe(before.epochs);
    expect(after.timeline).toBe(before.timeline);
    expect(after.steps).not.toBe(before.steps);
  });

  it('tells listeners once a frame however much arrives', () => {
    const frames: (() => void)[] = [];
    const store = new JobStore((task) => frames.push(task));
    const listener = vi.fn();
    store.subscribe(listener);

    store.apply(decoded(trainBegin(0)));
    store.apply(decoded(batchEnd(1, 0, 1)));
    store.apply(decoded(batchEnd(2, 1, 1)));
    frames.forEach((frame) => {
      frame();
    });

    expect(frames).toHaveLength(1);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('lets the oldest steps go when there are too many, and says from where it holds them', () => {
    const store = new JobStore(atOnce, 8);

    store.apply(
      decoded(trainBegin(0), ...Array.from({ length: 9 }, (_, step) => batchEnd(step + 1, step, step))),
    );

    const { steps } = store.snapshot();
    expect(steps.x).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(steps.columns.get('loss')).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(steps.trimmedBefore).toBe(2);
  });
});
