import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getJob, listMetrics } from '../api/calls';
import { hasEnded, jobTitle, type Job } from '../api/job';
import { useLiveJobs } from '../live/context';
import { newest } from '../live/jobs-store';

export const MOST_RUNS = 50;
const METRICS_REFRESH_MS = 5000;
/** Recorded for the page, not by the training. */
const TIME = 'time';

/** What a run's curves are drawn from; the same object until that changes. */
export interface Run {
  id: number;
  /** Its number among those compared, which is its colour. */
  run: number;
  name: string;
  running: boolean;
  attempt: number;
  stepsPerEpoch: number;
  /** Seconds since 1970; null before it started. */
  started: number | null;
  /** Its metrics, `step:loss` and `epoch:loss`. */
  metrics: ReadonlySet<string>;
}

export interface Runs {
  runs: readonly Run[];
  /** The newest of each job, in the order of `runs`. */
  jobs: readonly Job[];
  loading: boolean;
  errors: readonly unknown[];
}

/** Ids in an address, each once; what is no id is passed over. */
export function readIds(text: string | null): number[] {
  const ids = (text ?? '').split(',').map(Number);
  return [...new Set(ids.filter((id) => Number.isSafeInteger(id) && id > 0))].slice(0, MOST_RUNS);
}

/** Jobs to compare, kept up to date. */
export function useRuns(ids: readonly number[]): Runs {
  const live = useLiveJobs(ids);
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['job', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => getJob(id, signal),
      staleTime: Infinity,
    })),
  });
  const found = answers.flatMap(({ data }) => (data ? [newest(data, live.get(data.id))] : []));
  const names = useQueries({
    queries: found.map((job) => ({
      // Read once more when it has ended: what came last must not be missed.
      queryKey: ['metrics', job.id, hasEnded(job.state)],
      queryFn: ({ signal }: { signal: AbortSignal }) => listMetrics(job.id, signal),
      refetchInterval: hasEnded(job.state) ? (false as const) : METRICS_REFRESH_MS,
    })),
  });
  const described = found.map((job, index): Omit<Run, 'metrics'> & { metrics: string[] } => ({
    id: job.id,
    run: ids.indexOf(job.id),
    name:
      found.filter((other) => jobTitle(other) === jobTitle(job)).length > 1
        ? `${jobTitle(job)} #${job.id}`
        : jobTitle(job),
    running: !hasEnded(job.state),
    attempt: job.attempt,
    stepsPerEpoch: Math.max(1, job.progress?.steps_per_epoch ?? 1),
    started: job.started_at === null ? null : Date.parse(job.started_at) / 1000,
    metrics: (names[index]?.data ?? [])
      .filter(({ name }) => name !== TIME)
      .map(({ by, name }) => `${by}:${name}`),
  }));
  const signature = JSON.stringify(described);
  const runs = useMemo(
    () =>
      (JSON.parse(signature) as typeof described).map((one): Run => ({
        ...one,
        metrics: new Set(one.metrics),
      })),
    [signature],
  );
  return {
    runs,
    jobs: found,
    loading: answers.some(({ isPending }) => isPending),
    errors: answers.flatMap(({ error }) => (error ? [error] : [])),
  };
}

/** Names of all metrics of runs: losses first, then as people read them. */
export function metricsOf(runs: readonly Run[]): string[] {
  const names = new Set(
    runs.flatMap(({ metrics }) => [...metrics].map((key) => key.slice(key.indexOf(':') + 1))),
  );
  const weight = (name: string) => (name === 'loss' ? 0 : name === 'val_loss' ? 1 : 2);
  return [...names].sort((a, b) => weight(a) - weight(b) || a.localeCompare(b));
}
