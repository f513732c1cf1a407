import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { Curves } from '../chart/curves';
import { SharedView, useView, type Shared, type View } from '../chart/view';
import { formatNumber } from '../format/number';
import { formatDuration } from '../format/time';
import { Empty, ErrorNotice, Loading } from '../ui/notice';
import { useTitle } from '../ui/title';
import { Choices } from './choices';
import { groupsOf } from './coordinates';
import type { RunsAxis } from './curves';
import { Parameters } from './parameters';
import { metricsOf, readIds, useRuns, type Run } from './runs';
import { RunsChart } from './runs-chart';
import { RunsTable, said, type Target } from './runs-table';
import { differences } from './spec-diff';

const X_NAMES: Record<RunsAxis, string> = { epoch: 'epochs done', step: 'step', elapsed: 'since the start' };
const FIRST_METRICS = 4;

/** Any number of runs over one another: `/compare?jobs=1,2,3`. */
export default function ComparePage() {
  const [params] = useSearchParams();
  const ids = useMemo(() => readIds(params.get('jobs')), [params]);
  useTitle(`Compare ${ids.length} runs`);
  return (
    <main className="page" id="main">
      {ids.length === 0 ? (
        <Empty>
          <h1>Nothing to compare yet</h1>
          <p>Choose jobs in the list, or name them in the address: /compare?jobs=1,2,3</p>
          <Link className="button" to="/">
            To the jobs
          </Link>
        </Empty>
      ) : (
        <Compared ids={ids} />
      )}
    </main>
  );
}

function Compared({ ids }: { ids: readonly number[] }) {
  const [params, setParams] = useSearchParams();
  const { runs, jobs, loading, errors } = useRuns(ids);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const specs = jobs.map(({ spec }) => JSON.stringify(spec)).join('\n');
  const differing = useMemo(
    () => differences(specs === '' ? [] : specs.split('\n').map((spec): unknown => JSON.parse(spec))),
    [specs],
  );
  const all = useMemo(() => metricsOf(runs), [runs]);
  const chosen = params
    .get('metrics')
    ?.split(',')
    .filter((name) => all.includes(name));
  const metrics = chosen ?? firstMetrics(runs, all);
  const shown = useMemo(() => runs.filter(({ id }) => !hidden.has(id)), [runs, hidden]);
  const group = differing.find(({ path }) => path === params.get('group')) ?? null;
  const groups = useMemo(
    () =>
      group === null
        ? null
        : groupsOf(
            runs.map(({ id }) => id),
            group,
            said,
          ),
    [group, runs],
  );
  const target = readTarget(params.get('target'), all);
  const { shared, axis } = useRunsView();
  const put = (name: string, value: string) => {
    setParams(
      (now) => {
        const changed = new URLSearchParams(now);
        if (value === '') changed.delete(name);
        else changed.set(name, value);
        return changed;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  if (loading) return <Loading />;
  return (
    <>
      <header className="page-head">
        <h1>Compare {runs.length} runs</h1>
      </header>
      {errors.map((error, index) => (
        <ErrorNotice key={index} error={error} />
      ))}
      <section className="card" aria-label="Results">
        <RunsTable
          runs={runs}
          jobs={jobs}
          metrics={metrics}
          target={target}
          differing={differing}
          hidden={hidden}
          onHide={(id) => {
            setHidden((before) =>
              before.has(id) ? new Set([...before].filter((n) => n !== id)) : new Set([...before, id]),
            );
          }}
          onRemove={(id) => {
            put('jobs', ids.filter((other) => other !== id).join(','));
          }}
        />
        <Choices
          all={all}
          metrics={metrics}
          target={target}
          group={group?.path ?? ''}
          paths={differing.map(({ path }) => path)}
          put={put}
        />
      </section>
      <SharedView value={shared}>
        <Curves label="Curves" shared={shared}>
          {metrics.map((metric) => (
            <RunsChart
              key={metric}
              runs={shown}
              metric={metric}
              axis={axis}
              xName={X_NAMES[axis]}
              zoom={shared.zoom}
              groups={groups}
            />
          ))}
        </Curves>
      </SharedView>
      {differing.length > 0 && metrics.length > 0 && (
        <Parameters runs={runs} hidden={hidden} differing={differing} metrics={metrics} />
      )}
    </>
  );
}

/** What is compared unless something else is chosen: what the training measures of itself. */
function firstMetrics(runs: readonly Run[], all: readonly string[]): string[] {
  const ofEpochs = all.filter((name) => runs.some(({ metrics }) => metrics.has(`epoch:${name}`)));
  return (ofEpochs.length > 0 ? ofEpochs : all)
    .filter((name) => name !== 'learning_rate')
    .slice(0, FIRST_METRICS);
}

/** The view in the address. The zoom is along the axis shown, and ends with it: runs differ in steps and speed. */
function useRunsView(): { shared: Shared; axis: RunsAxis } {
  const [view, setView] = useView();
  const axis = view.axis === 'time' ? 'elapsed' : (view.axis ?? 'epoch');
  const shared = useMemo<Shared>(() => {
    const change = (changed: Partial<View>) => {
      setView('axis' in changed ? { ...changed, zoom: null } : changed);
    };
    return {
      view,
      change,
      zoom: view.zoom,
      onZoom: (zoom) => {
        change({ zoom: zoom === null ? null : { from: Math.max(0, zoom.from), to: zoom.to } });
      },
      axis,
      place: (x) => (axis === 'elapsed' ? formatDuration(x) : `${X_NAMES[axis]} ${formatNumber(x)}`),
    };
  }, [view, setView, axis]);
  return { shared, axis };
}

/** `val_loss:0.3` */
function readTarget(text: string | null, metrics: readonly string[]): Target | null {
  const colon = (text ?? '').lastIndexOf(':');
  const metric = (text ?? '').slice(0, colon);
  const number = (text ?? '').slice(colon + 1);
  const value = Number(number);
  return number !== '' && metrics.includes(metric) && Number.isFinite(value) ? { metric, value } : null;
}
