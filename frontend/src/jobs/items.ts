import type { Job } from '../api/job';

/** A line of the list: a job, or the experiment that those below belong to; an empty name for those of none. */
export type Item =
  | { key: number; heading: false; job: Job }
  | { key: string; heading: true; name: string; jobs: readonly Job[] };

/** The lines of a list in order. Jobs of an experiment that is closed are not among them. */
export function itemsOf(jobs: readonly Job[], grouped: boolean, closed: ReadonlySet<string>): Item[] {
  const rows = (some: readonly Job[]): Item[] => some.map((job) => ({ key: job.id, heading: false, job }));
  if (!grouped) return rows(jobs);
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const name = job.experiment ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [job]);
    else group.push(job);
  }
  return [...groups].flatMap(([name, members]) => [
    { key: `experiment ${name}`, heading: true as const, name, jobs: members },
    ...(closed.has(name) ? [] : rows(members)),
  ]);
}
