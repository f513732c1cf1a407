import { describe, expect, it } from 'vitest';
import { replay } from '../api/replay';
import { nice, patiences, replayed, slidersOf } from './callbacks';
import { keptText, markersOf, rateText, savedSeconds, savedText, stopText } from './outcome';

const STOPPED = replay({
  epochs_run: 4,
  stopped_epoch: 3,
  stopped_by: [{ callback: 'early_stopping', epoch: 3, batch: null }],
  restored_from_epoch: 1,
  final_weights_epoch: 1,
  best: [{ callback: 'early_stopping', epoch: 1, value: 0.5 }],
  learning_rates: [0.1, 0.1, 0.05, 0.05],
  checkpoints: [{ callback: 'model_checkpoint', file: 'best', epoch: 1, batch: null, replaced: false }],
  files: [{ file: 'best', epoch: 1, batches_done: 9 }],
  error: null,
});
const WHOLE = { ...STOPPED, stopped_epoch: null, stopped_by: [] };

describe('what a replay says', () => {
  it('names the epoch and who would have stopped it', () => {
    expect(stopText(STOPPED)).toBe('epoch 3, by early stopping');
    expect(stopText(WHOLE)).toBe('never, within the 4 epochs there are');
  });

  it('counts the time of the epochs that would not have been', () => {
    expect(savedSeconds(STOPPED, [1, 1, 1, 1, 2, undefined, 3])).toBe(5);
    expect(savedText(WHOLE, [1, 1])).toBe('nothing');
  });

  it('counts changes of the learning rate', () => {
    expect(rateText(STOPPED)).toContain('in 1 change');
    expect(rateText({ ...STOPPED, learning_rates: [0.1, 0.1] })).toContain('throughout');
  });

  it('marks the stop, what is put back and what is saved', () => {
    expect(markersOf(STOPPED).map(({ x, kind }) => `${kind} ${x}`)).toEqual([
      'checkpoint 1',
      'command 3',
      'restored 1',
    ]);
  });

  it('says which checkpoints are left', () => {
    expect(keptText(STOPPED)).toBe('best (epoch 1)');
    expect(keptText({ ...STOPPED, files: [] })).toBe('none');
  });
});

describe('what can be changed', () => {
  it('takes from the spec the callbacks that a replay runs', () => {
    const spec = { callbacks: [{ type: 'CSVLogger' }, { type: 'EarlyStopping', patience: 3 }, 'x'] };

    expect(replayed(spec)).toEqual([{ type: 'EarlyStopping', patience: 3 }]);
    expect(replayed(null)).toEqual([]);
  });

  it('lets a patience go as far as the history', () => {
    expect(slidersOf('EarlyStopping', 80, 1)[0]).toEqual({ name: 'patience', min: 0, max: 80, step: 1 });
  });

  it('rounds a range up to a number for people', () => {
    expect([0.03, 0.5, 7, 0, NaN].map(nice)).toEqual([0.05, 0.5, 10, 1, 1]);
  });

  it('sweeps few patiences of many epochs, each once', () => {
    const values = patiences(1000);

    expect(values.length).toBeLessThanOrEqual(40);
    expect(new Set(values).size).toBe(values.length);
    expect(patiences(3)).toEqual([0, 1, 2, 3]);
  });
});
