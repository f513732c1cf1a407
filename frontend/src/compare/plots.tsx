import { useTheme } from '../ui/theme';
import { PALETTES, stroke } from '../chart/palette';
import type { Coordinate } from './coordinates';
import type { Run } from './runs';

const WIDTH = 640;
const HEIGHT = 260;
const TOP = 46;
const BOTTOM = 232;
const SIDE = 90;
const POINT = 5;
const LONGEST = 26;

const level = (at: number) => BOTTOM - at * (BOTTOM - TOP);

/** Each run as a line through what it was told, from axis to axis, to how it did. */
export function Parallel({ runs, axes }: { runs: readonly Run[]; axes: readonly Coordinate[] }) {
  const palette = PALETTES[useTheme()];
  const gap = axes.length > 1 ? (WIDTH - 2 * SIDE) / (axes.length - 1) : 0;
  const x = (axis: number) => SIDE + axis * gap;
  return (
    <svg
      className="runs-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Parallel coordinates of ${runs.length} runs over ${axes.map(({ name }) => name).join(', ')}`}
    >
      {runs.map((run, row) => {
        const points = axes.flatMap(({ places }, axis) => {
          const at = places[row];
          return at === null || at === undefined ? [] : [`${x(axis).toFixed(1)},${level(at).toFixed(1)}`];
        });
        const { color, dash } = stroke(palette, 'run', run.run);
        return (
          <polyline
            key={run.id}
            points={points.join(' ')}
            fill="none"
            stroke={color}
            strokeWidth={2}
            strokeDasharray={dash.join(' ')}
          >
            <title>{run.name}</title>
          </polyline>
        );
      })}
      {axes.map(({ name, ticks }, axis) => (
        <g key={name}>
          <line x1={x(axis)} x2={x(axis)} y1={TOP} y2={BOTTOM} stroke={palette.text} />
          <text
            x={x(axis)}
            y={axis % 2 === 0 ? 14 : 32}
            textAnchor="middle"
            fill={palette.ink}
            fontWeight={600}
          >
            {shortened(name)}
          </text>
          {ticks.map((tick) => (
            <text
              key={tick.label}
              x={x(axis) - 7}
              y={level(tick.at) + 4}
              textAnchor="end"
              fill={palette.text}
            >
              {shortened(tick.label)}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

/** A parameter against how the runs did. */
export function Scatter({ runs, across, up }: { runs: readonly Run[]; across: Coordinate; up: Coordinate }) {
  const palette = PALETTES[useTheme()];
  const x = (at: number) => SIDE + at * (WIDTH - 2 * SIDE);
  return (
    <svg
      className="runs-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 20}`}
      role="img"
      aria-label={`${up.name} against ${across.name}, ${runs.length} runs`}
    >
      <line x1={SIDE - 20} x2={WIDTH - SIDE + 20} y1={BOTTOM + 12} y2={BOTTOM + 12} stroke={palette.text} />
      <line x1={SIDE - 20} x2={SIDE - 20} y1={TOP - 8} y2={BOTTOM + 12} stroke={palette.text} />
      {across.ticks.map((tick) => (
        <text key={tick.label} x={x(tick.at)} y={BOTTOM + 28} textAnchor="middle" fill={palette.text}>
          {shortened(tick.label)}
        </text>
      ))}
      {up.ticks.map((tick) => (
        <text key={tick.label} x={SIDE - 27} y={level(tick.at) + 4} textAnchor="end" fill={palette.text}>
          {tick.label}
        </text>
      ))}
      <text x={WIDTH - SIDE + 20} y={BOTTOM + 44} textAnchor="end" fill={palette.ink} fontWeight={600}>
        {across.name}
      </text>
      <text x={SIDE - 20} y={14} fill={palette.ink} fontWeight={600}>
        {up.name}
      </text>
      {runs.map((run, row) => {
        const [left, top] = [across.places[row], up.places[row]];
        return left === null || left === undefined || top === null || top === undefined ? null : (
          <circle
            key={run.id}
            cx={x(left)}
            cy={level(top)}
            r={POINT}
            fill={stroke(palette, 'run', run.run).color}
          >
            <title>{run.name}</title>
          </circle>
        );
      })}
    </svg>
  );
}

function shortened(text: string): string {
  return text.length > LONGEST ? `…${text.slice(1 - LONGEST)}` : text;
}
