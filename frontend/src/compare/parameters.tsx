import { useMemo, useState } from 'react';
import { formatNumber } from '../format/number';
import { best, direction } from '../chart/best';
import { coordinate } from './coordinates';
import { useCurves } from './curves';
import { Parallel, Scatter } from './plots';
import type { Run } from './runs';
import { said } from './runs-table';
import type { Difference } from './spec-diff';

interface Props {
  runs: readonly Run[];
  hidden: ReadonlySet<number>;
  differing: readonly Difference[];
  metrics: readonly string[];
}

/** More axes would stand too close to be read. */
const MOST_AXES = 6;
const whole = () => null;

/** What runs were told against how they did. */
export function Parameters({ runs, hidden, differing, metrics }: Props) {
  const [wanted, setMetric] = useState('');
  const [path, setPath] = useState('');
  const metric =
    metrics.find((name) => name === wanted) ??
    metrics.find((name) => name.startsWith('val_')) ??
    metrics[0] ??
    '';
  const by = (run: Run) => (run.metrics.has(`epoch:${metric}`) ? ('epoch' as const) : ('step' as const));
  const curves = useCurves(runs, metric, by, whole);
  const shown = useMemo(() => runs.flatMap((run, row) => (hidden.has(run.id) ? [] : [row])), [runs, hidden]);
  const of = <T,>(values: readonly T[]) =>
    shown.flatMap((row) => (row < values.length ? [values[row] as T] : []));
  const results = coordinate(
    `${direction(metric) === 'min' ? 'lowest' : 'highest'} ${metric}`,
    of(curves.map((points) => best(points, direction(metric))?.value)),
    (value) => (typeof value === 'number' ? formatNumber(value) : said(value)),
  );
  // What every run says comes first, and of it numbers; a seed tells nothing where there is anything else.
  const telling = differing.filter(({ path: one }) => one !== 'seed');
  const ordered = (telling.length > 0 ? [...telling] : [...differing]).sort((a, b) => weight(a) - weight(b));
  const parameter = differing.find((one) => one.path === path) ?? ordered[0];
  const drawn = of(runs);
  if (parameter === undefined) return null;
  return (
    <section className="card" aria-labelledby="parameters-title">
      <header className="card-head">
        <h2 id="parameters-title">Parameters against results</h2>
        <span className="compare-fields">
          <label className="field-inline">
            <span className="sr">Result</span>
            <select
              value={metric}
              onChange={(e) => {
                setMetric(e.target.value);
              }}
            >
              {metrics.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <label className="field-inline">
            <span className="sr">Parameter of the scatter plot</span>
            <select
              value={parameter.path}
              onChange={(e) => {
                setPath(e.target.value);
              }}
            >
              {differing.map((one) => (
                <option key={one.path}>{one.path}</option>
              ))}
            </select>
          </label>
        </span>
      </header>
      <div className="runs-plots scroll" tabIndex={0} role="group" aria-label="Plots">
        <Parallel
          runs={drawn}
          axes={[
            ...ordered.slice(0, MOST_AXES).map((one) => coordinate(one.path, of(one.values), said)),
            results,
          ]}
        />
        <Scatter runs={drawn} across={coordinate(parameter.path, of(parameter.values), said)} up={results} />
      </div>
    </section>
  );
}

function weight({ values }: Difference): number {
  return (values.includes(undefined) ? 2 : 0) + (values.every((value) => typeof value === 'number') ? 0 : 1);
}
