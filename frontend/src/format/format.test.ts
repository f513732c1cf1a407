import { describe, expect, it } from 'vitest';
import { formatBytes, formatNumber, formatRate, formatShare } from './number';
import { formatDuration } from './time';

describe('numbers', () => {
  it.each([
    [0.123456, '0.1235'],
    [12, '12'],
    [0, '0'],
    [0.0001234, '1.234e-4'],
    [0.0005, '5e-4'],
    [2_345_678.9, '2.346e6'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [null, '–'],
  ])('%d is shown as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0.00025, '2.5e-4'],
    [0.001, '0.001'],
    [0.1 + 0.2, '0.3'],
  ])('the rate %d is shown as %s', (value, text) => {
    expect(formatRate(value)).toBe(text);
  });

  it.each([
    [0.8139, '81.4 %'],
    [0.0002, '<0.1 %'],
    [0, '0.0 %'],
  ])('the share %d is shown as %s', (value, text) => {
    expect(formatShare(value)).toBe(text);
  });

  it.each([
    [512, '512 B'],
    [740_472, '723 KiB'],
    [5_000_000, '4.8 MiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    [1.25, '1.3 s'],
    [45, '45 s'],
    [185, '3 min 5 s'],
    [120, '2 min'],
    [8040, '2 h 14 min'],
    [356_400, '4 d 3 h'],
    [null, '–'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
