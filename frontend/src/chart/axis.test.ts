import { describe, expect, it } from 'vitest';
import { between, epochAxis, STEP_AXIS, timeAxis } from './axis';

describe('an axis', () => {
  it('of epochs counts those gone through, in parts where one is under way', () => {
    const axis = epochAxis(10);

    expect(axis.places([0, 5, 20])).toEqual([0, 0.5, 2]);
    expect(axis.step(1.5)).toBe(15);
  });

  it('of steps leaves them as they are', () => {
    expect(STEP_AXIS.places([3, 4])).toEqual([3, 4]);
  });

  it('of time has a pause where nothing was trained', () => {
    const axis = timeAxis({ steps: [0, 10, 11, 20], times: [100, 110, 210, 219] });

    expect(axis.places([5, 10, 11, 12])).toEqual([105, 110, 210, 211]);
    expect(axis.step(105)).toBe(5);
  });
});

describe('what lies between', () => {
  it('goes on beyond the ends as at the ends', () => {
    expect(between([0, 1], [10, 20], [-1, 3])).toEqual([0, 40]);
  });

  it('of a single place is that place', () => {
    expect(between([5], [7], [0, 9])).toEqual([7, 7]);
    expect(between([], [], [1])).toEqual([0]);
  });
});
