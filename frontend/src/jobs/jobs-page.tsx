import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { listJobs, type JobFilter } from '../api/calls';
import type { Job } from '../api/job';
import { useConnection, useLiveJobs } from '../live/context';
import { newest } from '../live/jobs-store';
import { Empty, ErrorNotice, Loading } from '../ui/notice';
import { useTitle } from '../ui/title';
import { JobRow } from './job-row';

const STATES = [
  { value: '', label: 'All' },
  { value: 'running,starting,stopping,paused', label: 'Running' },
  { value: 'queued,suspended', label: 'Waiting' },
  { value: 'completed', label: 'Completed' },
  { value: 'stopped,cancelled', label: 'Stopped' },
  { value: 'failed', label: 'Failed' },
];
const NO_FILTER: JobFilter = { state: '', q: '' };

export function JobsPage() {
  useTitle('Jobs');
  const [filter, setFilter] = useState<JobFilter>(NO_FILTER);
  const { jobs, query } = useJobs(filter);
  const filtered = filter.state !== '' || filter.q !== '';
  return (
    <main className="page" id="main">
      <header className="page-head">
        <h1>Jobs</h1>
        <div className="filters">
          <label className="field-inline">
            <span className="sr">Search by name or experiment</span>
            <input
              type="search"
              placeholder="Search"
              value={filter.q}
              onChange={(e) => {
                setFilter({ ...filter, q: e.target.value });
              }}
            />
          </label>
          <label className="field-inline">
            <span className="sr">State</span>
            <select
              value={filter.state}
              onChange={(e) => {
                setFilter({ ...filter, state: e.target.value });
              }}
            >
              {STATES.map(({ value, label }) => (
                <option key={label} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <Link className="button solid" to="/new" data-testid="new-job-link">
            New job
          </Link>
        </div>
      </header>
      {query.error && <ErrorNotice error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {jobs.length > 0 && (
        <ul className="jobs" aria-label="Jobs, newest first">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
      {query.isSuccess && jobs.length === 0 && (
        <Empty>
          {filtered ? (
            <p>No job is like that.</p>
          ) : (
            <>
              <p>
                No jobs yet. A job is a spec in YAML: the data, the network, the callbacks that watch over it.
              </p>
              <Link className="button" to="/new">
                Start from an example
              </Link>
            </>
          )}
        </Empty>
      )}
      {query.hasNextPage && (
        <button
          type="button"
          className="button center"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Older jobs
        </button>
      )}
    </main>
  );
}

/** The list as asked for, each job overtaken by what came live since. */
function useJobs(filter: JobFilter) {
  const client = useQueryClient();
  const live = useLiveJobs();
  const { connections } = useConnection();
  const query = useInfiniteQuery({
    queryKey: ['jobs', filter],
    queryFn: ({ pageParam, signal }) => listJobs(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  });
  const listed: Job[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  const known = new Map(listed.map((job) => [job.id, job]));
  // A job that the list does not have is new, or has come to a state that the filter asks for.
  const news = [...live.values()].filter((job) => isNews(job, known.get(job.id)));
  const signature = news.map((job) => `${job.id}:${job.state}`).join();
  useEffect(() => {
    if (signature !== '' || connections > 1) void client.invalidateQueries({ queryKey: ['jobs'] });
  }, [client, signature, connections]);
  return { query, jobs: [...known.values()].map((job) => newest(job, live.get(job.id))) };
}

function isNews(live: Job, listed: Job | undefined): boolean {
  return listed === undefined || (listed.state !== live.state && listed.last_seq < live.last_seq);
}
