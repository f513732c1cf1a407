import { useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { getJob } from '../api/calls';
import { hasEnded, jobTitle, type Job, type Page } from '../api/job';
import { ApiError } from '../api/problem';
import { useConnection, useLive, useNewest, useWatchJob } from '../live/context';
import { Empty, ErrorNotice, Loading } from '../ui/notice';
import { share } from '../ui/progress-bar';
import { useTitle } from '../ui/title';
import { WhatIfPanel } from '../what-if/what-if-panel';
import { Artifacts } from './artifacts';
import { CallbacksPanel } from './callbacks-panel';
import { Charts } from './charts';
import { Checkpoints } from './checkpoints';
import { DropJob } from './drop-job';
import { JobFacts } from './job-facts';
import { JobHead } from './job-head';
import { LayersPanel } from './layers-panel';
import { Lineage } from './lineage';
import { LogPanel } from './log-panel';
import { SpecPanel } from './spec-panel';
import { Steering } from './steering';
import { Timeline } from './timeline';

const REFRESH_MS = 15_000;

export function JobPage() {
  const id = Number(useParams()['id']);
  return Number.isSafeInteger(id) ? <LoadedJob key={id} id={id} /> : <NoJob />;
}

function LoadedJob({ id }: { id: number }) {
  const client = useQueryClient();
  const live = useLive();
  const { connections } = useConnection();
  // What the list of jobs knows is enough to ask for the curves along with the rest, and not after it.
  const known = live.jobs.snapshot().get(id) ?? listedJob(client, id);
  const query = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => getJob(id, signal),
    ...(known ? { placeholderData: known } : {}),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.state) ? false : REFRESH_MS),
  });
  useEffect(() => {
    if (connections > 1) void client.invalidateQueries({ queryKey: ['job', id] });
  }, [client, id, connections]);
  if (query.error instanceof ApiError && query.error.status === 404) return <NoJob />;
  return (
    <main className="page" id="main">
      {query.error && <ErrorNotice error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <JobView answer={query.data} whole={!query.isPlaceholderData} />}
    </main>
  );
}

/** A job as the list of jobs last had it. */
function listedJob(client: QueryClient, id: number): Job | undefined {
  return client
    .getQueriesData<InfiniteData<Page<Job>>>({ queryKey: ['jobs', 'list'] })
    .flatMap(([, data]) => data?.pages.flatMap((page) => page.items) ?? [])
    .find((job) => job.id === id);
}

/** @param whole whether the answer has the spec, which a list leaves out */
function JobView({ answer, whole }: { answer: Job; whole: boolean }) {
  const job = useNewest(answer);
  const live = useLive();
  useWatchJob(job.id, answer.last_seq);
  const done = hasEnded(job.state) ? '' : `${Math.floor(share(job.progress) * 100)} % `;
  useTitle(`${done}${jobTitle(job)} ${job.state}`, job.state);
  useEffect(() => {
    live.expect(answer.id, answer.last_seq);
  }, [live, answer]);
  const ended = hasEnded(job.state);
  // Curves are drawn, and asked for, before what lies below and beside them.
  const settled = useDeferredValue(true, false);
  return (
    <>
      <JobHead job={job} />
      <div className="job-layout">
        <div className="job-main">
          <Charts job={job} />
          {settled && (
            <>
              {whole && <WhatIfPanel job={job} spec={answer.spec} />}
              {whole && <Artifacts jobId={job.id} spec={answer.spec} />}
              <Checkpoints jobId={job.id} ended={ended} />
              <LayersPanel job={job} />
              {whole && <SpecPanel spec={answer.spec} warnings={answer.warnings} />}
              <LogPanel jobId={job.id} ended={ended} failed={job.state === 'failed'} />
            </>
          )}
        </div>
        <aside className="job-side" aria-label="Progress and steering">
          <JobFacts job={job} />
          {ended ? <DropJob job={job} /> : <Steering job={job} />}
          {settled && (
            <>
              <Lineage job={job} />
              {whole && <CallbacksPanel job={job} known={answer.callbacks} spec={answer.spec} />}
              <Timeline jobId={job.id} />
            </>
          )}
        </aside>
      </div>
    </>
  );
}

function NoJob() {
  useTitle('No such job');
  return (
    <main className="page" id="main">
      <Empty>
        <h1>There is no such job</h1>
        <p>It may have been dropped.</p>
        <Link className="button" to="/">
          To the jobs
        </Link>
      </Empty>
    </main>
  );
}
