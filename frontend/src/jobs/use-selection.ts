import { useCallback, useEffect, useRef, useState } from 'react';
import type { Job } from '../api/job';

/** The jobs that were picked out; with the shift key all between the last one and this. */
export function useSelection(jobs: readonly Job[]) {
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const last = useRef<number | null>(null);
  const newest = useRef(jobs);
  useEffect(() => {
    newest.current = jobs;
  });
  const select = useCallback((job: Job, pick: boolean, range: boolean) => {
    const ids = newest.current.map(({ id }) => id);
    const [a, b] = [ids.indexOf(job.id), last.current === null ? -1 : ids.indexOf(last.current)];
    const meant = range && a >= 0 && b >= 0 ? ids.slice(Math.min(a, b), Math.max(a, b) + 1) : [job.id];
    last.current = job.id;
    setSelected((before) => {
      const after = new Set(before);
      for (const id of meant) {
        if (pick) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  const clear = useCallback(() => {
    setSelected(new Set());
  }, []);
  return { selected, select, clear };
}
