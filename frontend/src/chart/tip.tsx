import { lineColor } from './legend';
import type { ChartData } from './data';
import type { Hover } from './plot';

const MOST_LABELS = 3;
const MOST_VALUES = 12;

interface Props {
  hover: Hover;
  data: ChartData;
  /** Whether the lines are too many to be named over the chart. */
  many: boolean;
  format: (value: number | null) => string;
}

/** What is under the pointer: marks, and of many lines the values, the largest first. */
export function Tip({ hover, data, many, format }: Props) {
  const { here, index, markers } = hover;
  const values =
    many && here && index !== null
      ? data.lines
          .flatMap((line) => {
            const value = line.values[index];
            return value === null || value === undefined ? [] : [{ line, value }];
          })
          .sort((a, b) => b.value - a.value)
      : [];
  if (markers.length === 0 && values.length === 0) return null;
  return (
    <ul className="chart-tip" style={{ left: `min(${hover.left + 60}px, calc(100% - 230px))` }}>
      {markers.slice(0, MOST_LABELS).map((marker, n) => (
        <li key={n} data-kind={marker.kind}>
          {marker.label}
        </li>
      ))}
      {markers.length > MOST_LABELS && <li>and {markers.length - MOST_LABELS} more</li>}
      {values.slice(0, MOST_VALUES).map(({ line, value }) => (
        <li key={line.name} className="tip-value">
          <span className="legend-line" style={lineColor(line)} aria-hidden="true" />
          {line.name} <b>{format(value)}</b>
        </li>
      ))}
      {values.length > MOST_VALUES && <li>and {values.length - MOST_VALUES} lower ones</li>}
    </ul>
  );
}
