import { useQueries, useQuery } from '@tanstack/react-query';
import type { Decoder } from '../api/decode';
import { call } from '../api/http';
import { artifactPage, type Artifact } from './artifact';

const PAGE = 500;
const MOST_PAGES = 20;

async function listAll(jobId: number, signal: AbortSignal): Promise<Artifact[]> {
  const all: Artifact[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (cursor !== null) query.set('cursor', cursor);
    const answer: { items: Artifact[]; next_cursor: string | null } = await call(
      `/jobs/${jobId}/artifacts?${query.toString()}`,
      artifactPage,
      { signal },
    );
    all.push(...answer.items);
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return all;
}

/** A job's artifacts, oldest first; asked for again when more were told of. */
export function useArtifacts(jobId: number, told: number) {
  return useQuery({
    queryKey: ['artifacts', jobId, told],
    queryFn: ({ signal }) => listAll(jobId, signal),
    placeholderData: (before) => before,
  });
}

/** What artifacts hold. One that has bytes stays what it is, so it is asked for once. */
export function useContents<T>(jobId: number, artifacts: readonly Artifact[], decoder: Decoder<T>) {
  return useQueries({
    queries: artifacts.map(({ name, step, bytes }) => ({
      queryKey: ['artifact', jobId, name, step, bytes],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(`/jobs/${jobId}/artifacts/${encodeURIComponent(name)}/${step}`, decoder, { signal }),
      staleTime: Infinity,
    })),
  });
}

/** At most so many of a list, evenly chosen, the last always among them. */
export function thinned<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor(((i + 1) * list.length) / most) - 1]).filter(
    (item): item is T => item !== undefined,
  );
}
