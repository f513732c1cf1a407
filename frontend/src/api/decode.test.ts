import { describe, expect, it } from 'vitest';
import { array, integer, map, nullable, number, object, oneOf, string } from './decode';
import { command } from './command';
import { job } from './job';

describe('decoders', () => {
  it('take numbers that are not finite as strings', () => {
    expect(array(number)([1.5, 'NaN', 'Infinity', '-Infinity'])).toEqual([1.5, NaN, Infinity, -Infinity]);
  });

  it('take no other string for a number', () => {
    expect(() => number('12')).toThrow('a number');
  });

  it('take an absent field for null', () => {
    expect(object<{ a: string | null }>({ a: nullable(string) })({})).toEqual({ a: null });
  });

  it('say where the fault is', () => {
    const decoder = object<{ items: { id: number }[] }>({
      items: array(object<{ id: number }>({ id: integer })),
    });

    expect(() => decoder({ items: [{ id: 1 }, { id: 'x' }] })).toThrow(
      '/items/1/id should be a whole number, was "x"',
    );
  });

  it('pass over fields that they do not know', () => {
    expect(object<{ a: number }>({ a: integer })({ a: 1, b: 2 })).toEqual({ a: 1 });
  });

  it('keep the order of a map', () => {
    expect([...map(number)({ loss: 1, accuracy: 2 }).keys()]).toEqual(['loss', 'accuracy']);
  });

  it('refuse a word that is none of those allowed', () => {
    expect(() => oneOf('a', 'b')('c')).toThrow('one of a, b');
  });
});

describe('job', () => {
  const least = { id: 3, state: 'running', created_at: '2026-03-01T12:00:00.000Z' };

  it('is read from its summary', () => {
    const read = job({
      ...least,
      latest: { loss: 'NaN' },
      progress: { epoch: 1, epochs: 2, step: 3, steps_per_epoch: 4 },
    });

    expect(read.latest.get('loss')).toBeNaN();
    expect(read.progress).toMatchObject({ epoch: 1, eta_seconds: null });
  });

  it('in a state that there is not is refused', () => {
    expect(() => job({ ...least, state: 'asleep' })).toThrow('/state');
  });
});

describe('command', () => {
  it('keeps its arguments apart', () => {
    const read = command({
      id: 'c-1',
      type: 'set_learning_rate',
      value: 0.5,
      until_epoch: null,
      state: 'pending',
      requested_at: '2026-03-01T12:00:00.000Z',
    });

    expect(read.arguments).toEqual({ value: 0.5 });
  });
});
