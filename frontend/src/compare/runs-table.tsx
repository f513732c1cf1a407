import { Link } from 'react-router';
import { best, direction } from '../chart/best';
import { reaches, secondsAt } from './best';
import { useCurves, useTimes } from './curves';
import type { Difference } from './spec-diff';
import type { Run } from './runs';
import type { Job } from '../api/job';
import { lineColor } from '../chart/legend';
import { formatNumber } from '../format/number';
import { formatDuration } from '../format/time';
import { StateBadge } from '../ui/state-badge';
import { useTheme } from '../ui/theme';

export interface Target {
  metric: string;
  value: number;
}

interface Props {
  runs: readonly Run[];
  jobs: readonly Job[];
  metrics: readonly string[];
  target: Target | null;
  differing: readonly Difference[];
  hidden: ReadonlySet<number>;
  onHide: (id: number) => void;
  onRemove: (id: number) => void;
}

/** A row for each run: how it did, how soon, and what it was told to do that others were not. */
export function RunsTable({ runs, jobs, metrics, target, differing, hidden, onHide, onRemove }: Props) {
  useTheme();
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="Runs">
      <table className="runs-table" data-testid="runs">
        <thead>
          <tr>
            <th>Run</th>
            <th>State</th>
            {metrics.map((metric) => (
              <th key={metric} className="num">
                {direction(metric) === 'min' ? 'lowest' : 'highest'} {metric}
              </th>
            ))}
            {target !== null && (
              <th className="num">
                {target.metric} {direction(target.metric) === 'min' ? '≤' : '≥'} {formatNumber(target.value)}
              </th>
            )}
            {differing.map(({ path }) => (
              <th key={path} className="mono">
                {path}
              </th>
            ))}
            <th>
              <span className="sr">Leave out</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, row) => (
            <tr key={run.id} data-testid={`run-${run.id}`}>
              <th scope="row">
                <span className="run-cell">
                  <label className="run-name">
                    <input
                      type="checkbox"
                      checked={!hidden.has(run.id)}
                      aria-label={`Show ${run.name}`}
                      onChange={() => {
                        onHide(run.id);
                      }}
                    />
                    <span
                      className="legend-line"
                      style={lineColor({ role: 'run', run: run.run })}
                      aria-hidden="true"
                    />
                  </label>
                  <Link to={`/jobs/${run.id}`}>{run.name}</Link>
                </span>
              </th>
              <td>{jobs[row] && <StateBadge state={jobs[row].state} outcome={jobs[row].outcome} />}</td>
              {metrics.map((metric) => (
                <BestCell key={metric} run={run} metric={metric} />
              ))}
              {target !== null && <TargetCell run={run} target={target} />}
              {differing.map(({ path, values }) => (
                <td key={path} className="said" title={said(values[row])}>
                  {said(values[row])}
                </td>
              ))}
              <td>
                <button
                  type="button"
                  className="button tiny"
                  aria-label={`Leave ${run.name} out`}
                  title="Leave out"
                  onClick={() => {
                    onRemove(run.id);
                  }}
                >
                  ✕
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A value of a spec as people write it. */
export function said(value: Difference['values'][number]): string {
  if (value === undefined) return '–';
  return typeof value === 'number' && !Number.isInteger(value) ? formatNumber(value) : String(value);
}

const whole = () => null;

/** The points of one run's metric, by epoch where it has these. */
function useOwn(run: Run, metric: string) {
  const by = run.metrics.has(`epoch:${metric}`) ? ('epoch' as const) : ('step' as const);
  const points = useCurves([run], metric, () => by, whole)[0] ?? [];
  return { by, points };
}

function BestCell({ run, metric }: { run: Run; metric: string }) {
  const { by, points } = useOwn(run, metric);
  const found = best(points, direction(metric));
  return (
    <td className="num">
      {found === null ? (
        '–'
      ) : (
        <>
          <b>{formatNumber(found.value)}</b>{' '}
          <small>
            {by} {formatNumber(found.x)}
          </small>
        </>
      )}
    </td>
  );
}

function TargetCell({ run, target }: { run: Run; target: Target }) {
  const { by, points } = useOwn(run, target.metric);
  const times = useTimes([run])[0] ?? [];
  const x = reaches(points, direction(target.metric), target.value);
  if (x === null) return <td className="num">{run.running ? 'not yet' : 'never'}</td>;
  const seconds = secondsAt(by === 'epoch' ? x : x / run.stepsPerEpoch - 1, times, run.started);
  return (
    <td className="num">
      <b>{formatDuration(seconds)}</b>{' '}
      <small>
        {by} {formatNumber(x)}
      </small>
    </td>
  );
}
