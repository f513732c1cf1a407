import { Link } from 'react-router';
import { SORTS, type View } from './filter';

const STATES = [
  { value: '', label: 'All states' },
  { value: 'running,starting,stopping,paused', label: 'Running' },
  { value: 'queued,suspended', label: 'Waiting' },
  { value: 'completed', label: 'Completed' },
  { value: 'stopped,cancelled', label: 'Stopped' },
  { value: 'failed', label: 'Failed' },
];

interface Props {
  view: View;
  onChange: (change: Partial<View>) => void;
  experiments: readonly string[];
  tags: readonly string[];
  metrics: readonly string[];
}

export function FilterBar({ view, onChange, experiments, tags, metrics }: Props) {
  const known = STATES.some(({ value }) => value === view.state);
  return (
    <div className="filters">
      <label className="field-inline search">
        <span className="sr">Search by name or experiment</span>
        <input
          type="search"
          placeholder="Search names and experiments"
          data-testid="search"
          value={view.q}
          onChange={(e) => {
            onChange({ q: e.target.value });
          }}
        />
      </label>
      <label className="field-inline">
        <span className="sr">State</span>
        <select
          data-testid="filter-state"
          value={view.state}
          onChange={(e) => {
            onChange({ state: e.target.value });
          }}
        >
          {STATES.map(({ value, label }) => (
            <option key={label} value={value}>
              {label}
            </option>
          ))}
          {!known && <option value={view.state}>{view.state}</option>}
        </select>
      </label>
      <Choice
        label="Experiment"
        every="Experiments"
        value={view.experiment}
        known={experiments}
        onChange={(experiment) => {
          onChange({ experiment });
        }}
      />
      <Choice
        label="Tag"
        every="Tags"
        value={view.tag}
        known={tags}
        onChange={(tag) => {
          onChange({ tag });
        }}
      />
      <Choice
        label="Metric"
        every="Own metrics"
        value={view.metric}
        known={metrics}
        onChange={(metric) => {
          onChange({ metric });
        }}
      />
      <label className="field-inline">
        <span className="sr">Order</span>
        <select
          data-testid="sort"
          value={view.sort}
          disabled={view.grouped}
          onChange={(e) => {
            onChange({ sort: e.target.value });
          }}
        >
          {SORTS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          data-testid="group"
          checked={view.grouped}
          onChange={(e) => {
            onChange({ grouped: e.target.checked });
          }}
        />
        by experiment
      </label>
      <Link className="button solid" to="/new" data-testid="new-job-link">
        New job
      </Link>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  every: string;
  value: string;
  known: readonly string[];
  onChange: (value: string) => void;
}

/** One of those that the list has shown; the one in force stays among them. */
function Choice({ label, every, value, known, onChange }: ChoiceProps) {
  const options = [...new Set(value === '' ? known : [...known, value])].sort();
  if (options.length === 0) return null;
  return (
    <label className="field-inline">
      <span className="sr">{label}</span>
      <select
        data-testid={`filter-${label.toLowerCase()}`}
        value={value}
        onChange={(e) => {
          onChange(e.target.value);
        }}
      >
        <option value="">{every}</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
