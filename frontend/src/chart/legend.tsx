import { formatNumber } from '../format/number';
import { lastValue, type ChartData } from './data';

interface Props {
  data: ChartData;
  /** Index of the point under the pointer; null for none, and then the newest values are shown. */
  hover: number | null;
  hidden: ReadonlySet<string>;
  onToggle: (name: string) => void;
}

/** Names of the lines with a value each; a press hides or shows one. */
export function Legend({ data, hover, hidden, onToggle }: Props) {
  return (
    <div className="legend">
      {data.lines.map((line) => {
        const value = hover === null ? lastValue(line.values) : (line.values[hover] ?? null);
        return (
          <button
            key={line.name}
            type="button"
            className="legend-item"
            data-role={line.role}
            aria-pressed={!hidden.has(line.name)}
            onClick={() => {
              onToggle(line.name);
            }}
          >
            <span className="legend-line" aria-hidden="true" />
            {line.name} <b>{formatNumber(value)}</b>
          </button>
        );
      })}
    </div>
  );
}
