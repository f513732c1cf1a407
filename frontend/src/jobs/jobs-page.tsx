import { useCallback, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Job } from '../api/job';
import { formatCount } from '../format/number';
import { Empty, ErrorNotice, Loading } from '../ui/notice';
import { useTitle } from '../ui/title';
import { BulkBar } from './bulk-bar';
import { readView, targetOf, writeView, type View } from './filter';
import { FilterBar } from './filter-bar';
import { itemsOf } from './items';
import { JobRow } from './job-row';
import { useJobs } from './use-jobs';
import { useSelection } from './use-selection';
import { VirtualList } from './virtual-list';

export function JobsPage() {
  useTitle('Jobs');
  const [address, setAddress] = useSearchParams();
  const view = useMemo(() => readView(address), [address]);
  const { jobs, query } = useJobs(view);
  const { selected, select, clear } = useSelection(jobs);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const items = useMemo(() => itemsOf(jobs, view.grouped, closed), [jobs, view.grouped, closed]);
  const change = useCallback(
    (part: Partial<View>) => {
      setAddress((before) => writeView({ ...readView(before), ...part }), { replace: true });
    },
    [setAddress],
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const target = targetOf(view);
  const filtered = Object.keys(target).length > 0;
  return (
    <main className="page" id="main">
      <header className="page-head">
        <h1>Jobs</h1>
        {jobs.length > 0 && (
          <span className="hint" data-testid="job-count">
            {formatCount(jobs.length)}
            {hasNextPage && ' and more'}
          </span>
        )}
        <FilterBar
          view={view}
          onChange={change}
          experiments={jobs.flatMap(({ experiment }) => experiment ?? [])}
          tags={jobs.flatMap(({ tags }) => tags)}
          metrics={jobs.flatMap(({ latest }) => [...latest.keys()])}
        />
      </header>
      {query.error && <ErrorNotice error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {jobs.length > 0 && (
        <VirtualList items={items} label="Jobs" onEnd={more}>
          {(item) =>
            item.heading ? (
              <Heading
                key={item.key}
                name={item.name}
                jobs={item.jobs}
                open={!closed.has(item.name)}
                onToggle={() => {
                  setClosed((before) => toggled(before, item.name));
                }}
                onPick={() => {
                  for (const job of item.jobs) select(job, true, false);
                }}
              />
            ) : (
              <JobRow
                key={item.key}
                job={item.job}
                metric={view.metric}
                selected={selected.has(item.job.id)}
                onSelect={select}
                onFilter={change}
              />
            )
          }
        </VirtualList>
      )}
      {isFetchingNextPage && <Loading />}
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
      {selected.size > 0 && (
        <BulkBar
          selected={selected}
          filter={{ target, atLeast: jobs.length, whole: !hasNextPage }}
          onClear={clear}
        />
      )}
    </main>
  );
}

function toggled(before: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return before.has(name) ? new Set([...before].filter((one) => one !== name)) : new Set([...before, name]);
}

interface HeadingProps {
  name: string;
  jobs: readonly Job[];
  open: boolean;
  onToggle: () => void;
  onPick: () => void;
}

/** The experiment of the jobs below. */
function Heading({ name, jobs, open, onToggle, onPick }: HeadingProps) {
  return (
    <li className="job-group">
      <button type="button" className="job-group-name" aria-expanded={open} onClick={onToggle}>
        <span aria-hidden="true">{open ? '▾' : '▸'}</span> {name === '' ? 'no experiment' : name}
      </button>
      <span className="hint">{formatCount(jobs.length)}</span>
      <button type="button" className="button tiny" onClick={onPick}>
        Pick out all
      </button>
    </li>
  );
}
