import { useEffect, useRef, useState } from 'react';

/** A value that changes at most so often: at once after a quiet time, else when the time is over. */
export function useCalm<T>(value: T, periodMs: number): T {
  const [shown, setShown] = useState(value);
  const changedAt = useRef(-Infinity);
  useEffect(() => {
    if (value === shown || periodMs === 0) return undefined;
    const wait = Math.max(0, changedAt.current + periodMs - performance.now());
    const timer = setTimeout(() => {
      changedAt.current = performance.now();
      setShown(value);
    }, wait);
    return () => {
      clearTimeout(timer);
    };
  }, [value, shown, periodMs]);
  return periodMs === 0 ? value : shown;
}
