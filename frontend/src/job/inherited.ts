import { useQuery } from '@tanstack/react-query';
import { getHistory, getLineage } from '../api/calls';
import type { History } from '../api/history';
import type { Job } from '../api/job';
import { useJobPart } from '../live/context';
import { EMPTY_TABLE, type TableView } from '../live/table';

/** A chain of forks that is longer is cut: nobody sees the difference. */
const MOST_ANCESTORS = 8;

/**
 * What a fork's ancestors logged before it went on from them, by epoch; nothing for a job that began at epoch 0. An
 * ancestor counts up to where its own fork began, so that the rows are those of one run.
 */
export function useInherited(job: Job): TableView {
  const first = useJobPart(
    job.id,
    ({ epochs, timeline }) =>
      epochs.x[0] ?? timeline.find(({ detail }) => detail.type === 'train_begin')?.epoch ?? 0,
  );
  const { data } = useQuery({
    queryKey: ['inherited', job.id, first],
    queryFn: async ({ signal }) => {
      const { ancestors } = await getLineage(job.id, signal);
      const histories: History[] = [];
      for (const { job_id } of ancestors.slice(0, MOST_ANCESTORS)) {
        histories.push(await getHistory(job_id, signal));
      }
      return inherited(histories, first);
    },
    enabled: job.parent !== null && first > 0,
    staleTime: Infinity,
  });
  return data ?? EMPTY_TABLE;
}

/** Histories, the nearest ancestor's first, put together up to an epoch. */
export function inherited(histories: readonly History[], first: number): TableView {
  const rows: ReadonlyMap<string, number | null>[] = [];
  let before = first;
  for (const { columns, rows: all } of histories) {
    const own = all
      .map((row) => new Map(columns.map((name, column) => [name, row[column] ?? null])))
      .filter((row) => (row.get('epoch') ?? Infinity) < before);
    rows.unshift(...own);
    before = own[0]?.get('epoch') ?? before;
  }
  const names = new Set(rows.flatMap((row) => [...row.keys()]));
  names.delete('epoch');
  return {
    x: rows.map((row) => row.get('epoch') ?? 0),
    columns: new Map([...names].map((name) => [name, rows.map((row) => row.get(name) ?? null)])),
    trimmedBefore: null,
  };
}
