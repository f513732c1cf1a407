import { describe, expect, it } from 'vitest';
import { decodeVectors, project } from './pca';

/** Rows that lie along (3, 4, 0), a little apart along (0, 0, 1). */
const ALONG = Float32Array.from([-2, -1, 0, 1, 2].flatMap((t, i) => [3 * t + 7, 4 * t - 5, (i % 2) * 0.5]));

describe('project', () => {
  it('finds the direction in which rows differ most', () => {
    const { x, shares } = project(ALONG, 3);

    const distances = [...x].map((value) => Math.abs(value - (x[2] ?? 0)));
    expect(distances.map((distance) => Math.round(distance))).toEqual([10, 5, 0, 5, 10]);
    expect(shares[0]).toBeGreaterThan(0.99);
    expect(shares[0] + shares[1]).toBeCloseTo(1);
  });

  it('is the same each time', () => {
    expect(project(ALONG, 3)).toEqual(project(ALONG, 3));
  });

  it('puts rows that are all alike on one point', () => {
    const { x, y, shares } = project(Float32Array.from([1, 2, 1, 2, 1, 2]), 2);

    expect([...x, ...y]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(shares).toEqual([0, 0]);
  });

  it('takes what is not finite for 0', () => {
    const { x } = project(Float32Array.from([NaN, 1, Infinity, -1]), 2);

    expect([...x].every(Number.isFinite)).toBe(true);
  });
});

describe('decodeVectors', () => {
  it('reads little-endian floats', () => {
    expect([...decodeVectors('AACAPwAAAMA=')]).toEqual([1, -2]);
  });
});
