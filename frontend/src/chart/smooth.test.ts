import { expect, it } from 'vitest';
import { columns } from './data';
import { smoothed } from './smooth';

it('begins with the first value, not at 0', () => {
  expect(smoothed([4, 4, 4], 0.9).map((value) => Number(value).toFixed(6))).toEqual([
    '4.000000',
    '4.000000',
    '4.000000',
  ]);
});

it('weighs what came before', () => {
  // (0.5·0.5·2 + 0.5·4) / (0.5·0.5 + 0.5)
  expect(smoothed([2, 4], 0.5)[1]).toBeCloseTo(2.5 / 0.75, 12);
});

it('goes past what is no number and leaves it as it is', () => {
  expect(smoothed([2, NaN, null, undefined, 2], 0.5)).toEqual([2, NaN, null, undefined, 2]);
});

it('is drawn beside the raw curve', () => {
  const line = { name: 'training', role: 'training', values: [1, 1] } as const;

  expect(columns({ x: [0, 1], lines: [line] }, false, 0.6)).toEqual([
    [0, 1],
    [1, 1],
    [1, 1],
  ]);
});
