import uPlot from 'uplot';
import { formatNumber } from '../format/number';
import { columns, type ChartData, type Line, type Marker } from './data';
import { drawMarkers, markersAt } from './markers';
import type { Palette } from './palette';

export interface Hover {
  index: number | null;
  /** Pixels from the chart's left edge. */
  left: number;
  markers: Marker[];
}

export interface PlotOptions {
  palette: Palette;
  log: boolean;
  /** Charts of one group show the same place when the pointer is over one of them. */
  group: string;
  onHover: (hover: Hover) => void;
  onZoom: (range: { from: number; to: number } | null) => void;
}

const WHOLE = [1, 2, 5]
  .flatMap((n) => Array.from({ length: 13 }, (_, k) => n * 10 ** k))
  .sort((a, b) => a - b);
const FONT = '11px system-ui, sans-serif';
// uPlot's types name this by an ambient const enum, which a module by itself cannot use.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const LOGARITHMIC: uPlot.Scale = { distr: 3 };
const BAND_OPACITY = '33';

/** One uPlot chart: made once, fed by setData, destroyed once. */
export class Plot {
  private readonly u: uPlot;
  private readonly log: boolean;
  private data: ChartData;
  private markers: readonly Marker[] = [];
  private zoomed = false;

  constructor(element: HTMLElement, data: ChartData, options: PlotOptions) {
    this.data = data;
    this.log = options.log;
    this.u = new uPlot(this.options(element, options), columns(data, options.log), element);
  }

  setData(data: ChartData): void {
    this.data = data;
    const { min, max } = this.u.scales['x'] ?? {};
    this.u.setData(columns(data, this.log), !this.zoomed);
    if (this.zoomed && typeof min === 'number' && typeof max === 'number') this.u.setScale('x', { min, max });
  }

  setMarkers(markers: readonly Marker[]): void {
    this.markers = markers;
    const [, to] = this.wholeRange();
    if (this.zoomed || this.u.scales['x']?.max === to) this.u.redraw(false);
    else this.setData(this.data);
  }

  show(line: number, show: boolean): void {
    const first = 1 + this.data.lines.slice(0, line).reduce((sum, { band }) => sum + (band ? 3 : 1), 0);
    const columnsOfLine = this.data.lines[line]?.band ? 3 : 1;
    for (let i = first; i < first + columnsOfLine; i++) this.u.setSeries(i, { show });
  }

  resize(width: number, height: number): void {
    if (width > 0 && (this.u.width !== width || this.u.height !== height)) this.u.setSize({ width, height });
  }

  resetZoom(): void {
    this.zoomed = false;
    this.u.setData(columns(this.data, this.log), true);
  }

  destroy(): void {
    this.u.destroy();
  }

  /** From the first to the last point or marker; one point alone lies in the middle. */
  private wholeRange(): [number, number] {
    const { x } = this.data;
    const from = x[0] ?? 0;
    const to = this.markers.reduce((last, marker) => Math.max(last, marker.x), x.at(-1) ?? 1);
    return from === to ? [from - 0.5, to + 0.5] : [from, to];
  }

  private options(
    element: HTMLElement,
    { palette, log, group, onHover, onZoom }: PlotOptions,
  ): uPlot.Options {
    const axis = {
      stroke: palette.text,
      font: FONT,
      grid: { stroke: palette.grid, width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(1, element.clientWidth),
      height: Math.max(1, element.clientHeight),
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false },
        points: { size: 7 },
        sync: {
          key: group,
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave', sub: () => true },
        },
      },
      scales: {
        x: { time: false, range: (_u, min, max) => (this.zoomed ? [min, max] : this.wholeRange()) },
        y: log ? LOGARITHMIC : { range: (_u, min, max) => paddedRange(min, max) },
      },
      axes: [
        { ...axis, incrs: WHOLE, size: 26, space: 60 },
        {
          ...axis,
          size: 52,
          values: (_u, splits) => splits.map((v: number | null) => (v === null ? '' : formatNumber(v))),
        },
      ],
      series: [{}, ...this.data.lines.flatMap((line) => series(line, palette))],
      bands: bands(this.data.lines, palette),
      hooks: {
        draw: [
          (u) => {
            drawMarkers(u, this.markers, palette);
          },
        ],
        setCursor: [
          (u) => {
            const left = u.cursor.left ?? -1;
            const here = left >= 0 && element.matches(':hover');
            onHover({
              index: u.cursor.idx ?? null,
              left,
              markers: here ? markersAt(u, this.markers, left) : [],
            });
          },
        ],
        setSelect: [
          (u) => {
            if (u.select.width <= 0) return;
            this.zoomed = true;
            onZoom({
              from: u.posToVal(u.select.left, 'x'),
              to: u.posToVal(u.select.left + u.select.width, 'x'),
            });
          },
        ],
        ready: [
          (u) => {
            u.over.addEventListener('dblclick', () => {
              this.zoomed = false;
              onZoom(null);
            });
          },
        ],
      },
    };
  }
}

/** A little air above and below; a flat curve lies in the middle. */
function paddedRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const air = (max - min || Math.abs(max) || 1) * 0.06;
  return [min - air, max + air];
}

function series(line: Line, palette: Palette): uPlot.Series[] {
  const stroke = palette.lines[line.role];
  const main: uPlot.Series = {
    label: line.name,
    stroke,
    width: 1.75,
    points: { size: 5, fill: stroke },
    ...(line.role === 'validation' ? { dash: [6, 3] } : {}),
    ...(line.stepped === true && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
  };
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return line.band ? [main, edge, edge] : [main];
}

function bands(lines: readonly Line[], palette: Palette): uPlot.Band[] {
  const found: uPlot.Band[] = [];
  let column = 1;
  for (const line of lines) {
    if (line.band) {
      found.push({ series: [column + 2, column + 1], fill: palette.lines[line.role] + BAND_OPACITY });
    }
    column += line.band ? 3 : 1;
  }
  return found;
}
