import { describe, expect, it } from 'vitest';
import { ratePoints } from './rate-curve';

describe('ratePoints', () => {
  it('spaces rates by their factor and puts the least loss at the bottom', () => {
    const points = ratePoints({ rates: [0.001, 0.01, 0.1], losses: [3, 1, 2] });

    expect(points.map(({ x }) => Math.round(x))).toEqual([0, 120, 240]);
    expect(points.map(({ y }) => Math.round(y))).toEqual([0, 64, 32]);
  });

  it('leaves out losses that are no numbers', () => {
    expect(ratePoints({ rates: [0.001, 0.01], losses: [NaN, 1] }).map(({ rate }) => rate)).toEqual([0.01]);
  });
});
