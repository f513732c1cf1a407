import { useState } from 'react';
import type { Target } from './runs-table';

interface Props {
  all: readonly string[];
  metrics: readonly string[];
  target: Target | null;
  group: string;
  paths: readonly string[];
  put: (name: string, value: string) => void;
}

/** What is compared: metrics, a value to reach, groups. */
export function Choices({ all, metrics, target, group, paths, put }: Props) {
  const [chosen, setMetric] = useState(target?.metric ?? '');
  const usual = metrics.find((name) => name.startsWith('val_')) ?? metrics[0] ?? '';
  const metric = all.includes(chosen) ? chosen : usual;
  const [value, setValue] = useState(target === null ? '' : String(target.value));
  const aim = (name: string, wanted: string) => {
    put('target', wanted.trim() === '' ? '' : `${name}:${wanted.trim()}`);
  };
  return (
    <div className="compare-choices">
      <fieldset className="metric-choice">
        <legend>Metrics</legend>
        {all.map((name) => (
          <label key={name} className="check">
            <input
              type="checkbox"
              checked={metrics.includes(name)}
              onChange={(e) => {
                const wanted = e.target.checked
                  ? [...metrics, name]
                  : metrics.filter((other) => other !== name);
                put('metrics', wanted.join(','));
              }}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <div className="compare-fields">
        <label className="field">
          Time until
          <select
            value={metric}
            onChange={(e) => {
              setMetric(e.target.value);
              aim(e.target.value, value);
            }}
          >
            {all.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="field">
          reaches
          <input
            inputMode="decimal"
            placeholder="0.5"
            data-testid="target-value"
            value={value}
            onChange={(e) => {
              setValue(e.target.value);
              aim(metric, e.target.value);
            }}
          />
        </label>
        <label className="field">
          Mean and spread by
          <select
            data-testid="group-by"
            value={group}
            onChange={(e) => {
              put('group', e.target.value);
            }}
          >
            <option value="">each run by itself</option>
            {paths.map((path) => (
              <option key={path}>{path}</option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}
