import type { BulkTarget } from '../api/bulk';
import type { JobFilter } from '../api/calls';
import { JOB_STATES, type Job } from '../api/job';
import { newest } from '../live/jobs-store';

/** Which jobs the page shows and how; it stands in the address, so that a view can be kept and sent. */
export type View = JobFilter & {
  grouped: boolean;
  /** The metric whose best and latest values are shown; empty for each job's own. */
  metric: string;
};

const FIELDS = ['state', 'experiment', 'tag', 'q', 'sort'] as const;
const NEWEST_FIRST = '-created_at';
const BY_EXPERIMENT = 'experiment';

export const SORTS: readonly (readonly [string, string])[] = [
  [NEWEST_FIRST, 'Newest first'],
  ['created_at', 'Oldest first'],
  ['name', 'Name'],
  [BY_EXPERIMENT, 'Experiment'],
  ['state', 'State'],
  ['-priority', 'Priority'],
];

/** Reads a view from an address; what makes no sense there is left out. */
export function readView(query: URLSearchParams): View {
  const grouped = query.get('group') === BY_EXPERIMENT;
  const sort = query.get('sort') ?? NEWEST_FIRST;
  return {
    state: (query.get('state') ?? '').split(',').filter(isState).join(),
    experiment: query.get('experiment') ?? '',
    tag: query.get('tag') ?? '',
    q: query.get('q') ?? '',
    // Groups stand together only where the server puts them together.
    sort: grouped ? BY_EXPERIMENT : SORTS.some(([name]) => name === sort) ? sort : NEWEST_FIRST,
    grouped,
    metric: query.get('metric') ?? '',
  };
}

function isState(name: string): boolean {
  return JOB_STATES.some((state) => state === name);
}

/** The address of a view, as short as it can be. */
export function writeView(view: View): URLSearchParams {
  const query = new URLSearchParams();
  for (const field of FIELDS) {
    const isDefault =
      view[field] === '' || (field === 'sort' && (view.grouped || view.sort === NEWEST_FIRST));
    if (!isDefault) query.set(field, view[field]);
  }
  if (view.grouped) query.set('group', BY_EXPERIMENT);
  if (view.metric !== '') query.set('metric', view.metric);
  return query;
}

/** The filter as commands for many jobs take it. */
export function targetOf({ state, experiment, tag, q }: View): BulkTarget {
  return Object.fromEntries(
    Object.entries({ state, experiment, tag, q }).filter(([, value]) => value !== ''),
  );
}

/** Whether the server would list a job, going by what it told live. */
export function matches(job: Job, filter: JobFilter): boolean {
  const q = filter.q.toLowerCase();
  return (
    (filter.state === '' || filter.state.split(',').includes(job.state)) &&
    (filter.experiment === '' || job.experiment === filter.experiment) &&
    (filter.tag === '' || job.tags.includes(filter.tag)) &&
    (q.trim() === '' ||
      (job.name ?? '').toLowerCase().includes(q) ||
      (job.experiment ?? '').toLowerCase().includes(q))
  );
}

/** The order of the server's list. */
export function inOrder(sort: string): (a: Job, b: Job) => number {
  const sign = sort.startsWith('-') ? -1 : 1;
  const key = keyOf(sort.replace(/^-/, ''));
  return (a, b) => {
    const [one, other] = [key(a), key(b)];
    return sign * (one < other ? -1 : one > other ? 1 : a.id - b.id);
  };
}

function keyOf(field: string): (job: Job) => string | number {
  switch (field) {
    case 'name':
      return (job) => job.name ?? '';
    case 'experiment':
      return (job) => job.experiment ?? '';
    case 'state':
      return (job) => job.state;
    case 'priority':
      return (job) => job.priority;
    default:
      return (job) => job.id;
  }
}

/**
 * The list as the server gave it, overtaken by what came live since: jobs that have become others, are none of the
 * filter's any more, or are new to it. What would stand behind the last one listed waits for its page.
 *
 * @param whole whether the server has no more than these
 */
export function overtaken(
  listed: readonly Job[],
  live: ReadonlyMap<number, Job>,
  filter: JobFilter,
  whole: boolean,
): Job[] {
  const known = new Set(listed.map(({ id }) => id));
  const jobs = listed.map((job) => newest(job, live.get(job.id))).filter((job) => matches(job, filter));
  const order = inOrder(filter.sort);
  const last = listed.at(-1);
  const added = [...live.values()].filter(
    (job) =>
      !known.has(job.id) && matches(job, filter) && (whole || last === undefined || order(job, last) < 0),
  );
  return added.length === 0 ? jobs : [...jobs, ...added].sort(order);
}
