import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { listJobs, type JobFilter } from '../api/calls';
import { useConnection, useLiveJobs } from '../live/context';
import { overtaken } from './filter';

/** The jobs of a filter, as many pages of them as were asked for, live. */
export function useJobs({ state, experiment, tag, q, sort }: JobFilter) {
  const client = useQueryClient();
  const live = useLiveJobs();
  const { connections } = useConnection();
  const filter = useMemo(() => ({ state, experiment, tag, q, sort }), [state, experiment, tag, q, sort]);
  const query = useInfiniteQuery({
    queryKey: ['jobs', 'list', filter],
    queryFn: ({ pageParam, signal }) => listJobs(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
    // What changes comes live; only a broken connection can have kept something back.
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    if (connections > 1) void client.invalidateQueries({ queryKey: ['jobs'] });
  }, [client, connections]);
  const listed = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const whole = query.isSuccess && !query.hasNextPage;
  const jobs = useMemo(() => overtaken(listed, live, filter, whole), [listed, live, filter, whole]);
  return { query, jobs };
}
