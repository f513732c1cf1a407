import type { CSSProperties } from 'react';
import { useTheme } from '../ui/theme';
import { lastValue, type ChartData, type Line } from './data';
import { PALETTES, stroke } from './palette';

interface Props {
  data: ChartData;
  /** Index of the point under the pointer; null for none, and then the newest values are shown. */
  hover: number | null;
  hidden: ReadonlySet<string>;
  format: (value: number | null) => string;
  onToggle: (name: string) => void;
}

/** Names of the lines with a value each; a press hides or shows one. */
export function Legend({ data, hover, hidden, format, onToggle }: Props) {
  useTheme();
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
            data-dim={line.dim}
            aria-pressed={!hidden.has(line.name)}
            onClick={() => {
              onToggle(line.name);
            }}
          >
            <span className="legend-line" style={lineColor(line)} aria-hidden="true" />
            {line.name} <b>{format(value)}</b>
          </button>
        );
      })}
    </div>
  );
}

/** The line beside a name, as it is drawn. */
export function lineColor(line: Pick<Line, 'role' | 'run'>): CSSProperties {
  const theme = document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
  const { color, dash } = stroke(PALETTES[theme], line.role, line.run);
  const style = dash.length === 0 ? 'solid' : (dash[0] ?? 0) < 4 ? 'dotted' : 'dashed';
  return { borderTopColor: color, borderTopStyle: style };
}
