import { describe, expect, it } from 'vitest';
import type { History } from '../api/history';
import { epochData } from './chart-data';
import { inherited } from './inherited';

function history(from: number, to: number, value: number): History {
  const rows = Array.from({ length: to - from }, (_, n) => [from + n, value]);
  return { columns: ['epoch', 'loss'], rows };
}

describe('what a fork inherits', () => {
  it('ends where the fork went on', () => {
    expect(inherited([history(0, 10, 1)], 3).x).toEqual([0, 1, 2]);
  });

  it('is of one run, through a chain of forks', () => {
    const table = inherited([history(4, 10, 2), history(0, 10, 1)], 6);

    expect(table.x).toEqual([0, 1, 2, 3, 4, 5]);
    expect(table.columns.get('loss')).toEqual([1, 1, 1, 1, 2, 2]);
  });

  it('is drawn dimmed in front of its own curve', () => {
    const own = { x: [3, 4], columns: new Map([['loss', [0.5, 0.4]]]), trimmedBefore: null };

    const { x, lines } = epochData(own, 'loss', inherited([history(0, 10, 1)], 3));

    expect(x).toEqual([0, 1, 2, 3, 4]);
    expect(lines.map(({ name, dim }) => [name, dim])).toEqual([
      ['parent’s training', true],
      ['training', undefined],
    ]);
    expect(lines[0]?.values).toEqual([1, 1, 1]);
    expect(lines[1]?.values).toEqual([undefined, undefined, undefined, 0.5, 0.4]);
  });
});
