import { expect, it } from 'vitest';
import { thinned } from './load';
import { ridges } from './ridges';

const histogram = (min: number, max: number, counts: number[]) => ({
  name: '0.weight',
  min,
  max,
  mean: 0,
  deviation: 1,
  counts,
});

it('puts the same numbers of all histograms at the same place', () => {
  const { min, max, paths } = ridges([histogram(-1, 1, [1, 1]), histogram(0, 1, [2, 2])], 100, 70);

  expect([min, max]).toEqual([-1, 1]);
  expect(paths[0]).toMatch(/^M0\.0 50\.0L25\.0 5\.0L75\.0 5\.0L100\.0 50\.0$/);
  expect(paths[1]).toMatch(/^M50\.0 60\.0/);
});

it('draws a tensor whose numbers are all alike', () => {
  expect(ridges([histogram(2, 2, [5, 0])], 100, 60).paths[0]).not.toContain('NaN');
});

it('chooses evenly of many, the last always', () => {
  expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([2, 5, 9]);
  expect(thinned([0, 1], 3)).toEqual([0, 1]);
});
