import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Job } from '../api/job';
import type { JobSnapshot } from './job-store';
import { newest } from './jobs-store';
import type { ConnectionStatus, Live } from './live';

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('there is no LiveContext around this component');
  return live;
}

export function useConnection(): ConnectionStatus {
  const live = useLive();
  return useSyncExternalStore(live.subscribeStatus, live.status);
}

/** The newest summaries of some jobs, or of all, kept coming while the component is shown. */
export function useLiveJobs(ids: readonly number[] | null = null): ReadonlyMap<number, Job> {
  const live = useLive();
  useEffect(() => live.watchJobs(ids), [live, ids]);
  return useSyncExternalStore(live.jobs.subscribe, live.jobs.snapshot);
}

/** An answer about a job, overtaken by what came live since. */
export function useNewest(answer: Job): Job {
  const live = useLive();
  useEffect(() => live.watchJobs([answer.id]), [live, answer.id]);
  const current = useSyncExternalStore(live.jobs.subscribe, () => live.jobs.snapshot().get(answer.id));
  return newest(answer, current);
}

/** Keeps the events of a job coming while the component is shown; `lastSeq` is what there is already at first. */
export function useWatchJob(id: number, lastSeq: number): void {
  const live = useLive();
  const [first] = useState(() => {
    live.prepare(id, lastSeq);
    return lastSeq;
  });
  useEffect(() => live.watchJob(id, first), [live, id, first]);
}

/** A part of what a job's events told; the component is shown again only when that part changes. */
export function useJobPart<T>(id: number, select: (snapshot: JobSnapshot) => T): T {
  const live = useLive();
  const store = live.jobStore(id);
  return useSyncExternalStore(store.subscribe, () => select(store.snapshot()));
}
