// @vitest-environment happy-dom
import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useCalm } from './calm';

const PERIOD_MS = 500;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function wait(ms: number): void {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
}

it('shows the first change at once and the newest of the next ones when the time is over', () => {
  const { result, rerender } = renderHook(({ value }) => useCalm(value, PERIOD_MS), {
    initialProps: { value: 0 },
  });
  rerender({ value: 1 });
  wait(0);
  expect(result.current).toBe(1);

  rerender({ value: 2 });
  wait(PERIOD_MS / 2);
  rerender({ value: 3 });
  expect(result.current).toBe(1);

  wait(PERIOD_MS / 2);
  expect(result.current).toBe(3);
});
