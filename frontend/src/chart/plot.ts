import uPlot from 'uplot';
import { tick, type AxisName } from './axis';
import { columns, parts, type ChartData, type Line, type Marker, type Range } from './data';
import { drawMarkers, markersAt } from './markers';
import { stroke, type Palette } from './palette';

export interface Hover {
  index: number | null;
  /** Pixels from the chart's left edge. */
  left: number;
  /** Whether the pointer is over this very chart. */
  here: boolean;
  markers: Marker[];
}

export interface PlotOptions {
  palette: Palette;
  log: boolean;
  axis: AxisName;
  /** Weight of the smoothing, 0 for none. Whether there is any holds for the plot's life; the weight can change. */
  smooth: number;
  /** How values are written at the axis. */
  format: (value: number) => string;
  /** Charts of one group show the same place when the pointer is over one of them. */
  group: string;
  onHover: (hover: Hover) => void;
  onZoom: (range: Range | null) => void;
}

const WHOLE = [1, 2, 5]
  .flatMap((n) => Array.from({ length: 13 }, (_, k) => n * 10 ** k))
  .sort((a, b) => a - b);
const PARTS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const FONT = '11px system-ui, sans-serif';
// uPlot's types name this by an ambient const enum, which a module by itself cannot use.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const LOGARITHMIC: uPlot.Scale = { distr: 3 };
const DIM = 0.4;
const BAND_OPACITY = '33';
const RAW_OPACITY = '55';
/** Where no more than so much of an axis is shown, its marks may lie between whole numbers. */
const FEW = 8;

/** One uPlot chart: made once, fed by setData, destroyed once. */
export class Plot {
  private readonly u: uPlot;
  private readonly log: boolean;
  private smooth: number;
  private data: ChartData;
  private markers: readonly Marker[] = [];
  private zoom: Range | null = null;

  constructor(element: HTMLElement, data: ChartData, options: PlotOptions) {
    this.data = data;
    this.log = options.log;
    this.smooth = options.smooth;
    this.u = new uPlot(this.options(element, options), this.columns(), element);
  }

  setData(data: ChartData, smooth = this.smooth): void {
    this.data = data;
    this.smooth = smooth;
    this.u.setData(this.columns(), true);
  }

  /** Shows a part of the x axis; null for all of it. */
  setZoom(zoom: Range | null): void {
    if (this.zoom?.from === zoom?.from && this.zoom?.to === zoom?.to) return;
    this.zoom = zoom;
    const [min, max] = this.range();
    this.u.setScale('x', { min, max });
  }

  /** The picture as it stands. */
  get canvas(): HTMLCanvasElement {
    return this.u.ctx.canvas;
  }

  setMarkers(markers: readonly Marker[]): void {
    this.markers = markers;
    const [, to] = this.wholeRange();
    if (this.zoom !== null || this.u.scales['x']?.max === to) this.u.redraw(false);
    else this.setData(this.data);
  }

  show(line: number, show: boolean): void {
    const counts = this.data.lines.map((one) => parts(one, this.smooth > 0).length);
    const first = 1 + counts.slice(0, line).reduce((sum, count) => sum + count, 0);
    for (let i = first; i < first + (counts[line] ?? 0); i++) {
      if (this.u.series[i]?.show !== show) this.u.setSeries(i, { show });
    }
  }

  resize(width: number, height: number): void {
    if (width > 0 && (this.u.width !== width || this.u.height !== height)) this.u.setSize({ width, height });
  }

  destroy(): void {
    this.u.destroy();
  }

  private columns(): uPlot.AlignedData {
    return columns(this.data, this.log, this.smooth);
  }

  private range(): [number, number] {
    return this.zoom === null ? this.wholeRange() : [this.zoom.from, this.zoom.to];
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
    { palette, log, axis: axisName, smooth, format, group, onHover, onZoom }: PlotOptions,
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
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        sync: {
          key: group,
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave', sub: () => true },
        },
      },
      scales: {
        x: { time: axisName === 'time', range: () => this.range() },
        y: log ? LOGARITHMIC : { range: (_u, min, max) => paddedRange(min, max) },
      },
      axes: [
        {
          ...axis,
          ...(axisName === 'time'
            ? {}
            : {
                incrs: (u) =>
                  (u.scales['x']?.max ?? 0) - (u.scales['x']?.min ?? 0) > FEW ? WHOLE : [...PARTS, ...WHOLE],
              }),
          size: 26,
          space: axisName === 'time' ? 74 : 60,
          values: (u, splits) => {
            const shown = (u.scales['x']?.max ?? 0) - (u.scales['x']?.min ?? 0);
            return splits.map((x) => tick(axisName, x, shown));
          },
        },
        {
          ...axis,
          size: 52,
          values: (_u, splits) => splits.map((v: number | null) => (v === null ? '' : format(v))),
        },
      ],
      series: [{}, ...this.data.lines.flatMap((line) => series(line, palette, smooth > 0))],
      bands: bands(this.data.lines, palette, smooth > 0),
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
              here,
              markers: here ? markersAt(u, this.markers, left) : [],
            });
          },
        ],
        setSelect: [
          (u) => {
            const { left, width } = u.select;
            if (width <= 0) return;
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onZoom({ from: u.posToVal(left, 'x'), to: u.posToVal(left + width, 'x') });
          },
        ],
        ready: [
          (u) => {
            u.over.addEventListener('dblclick', () => {
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

function series(line: Line, palette: Palette, smooth: boolean): uPlot.Series[] {
  const { color, dash } = stroke(palette, line.role, line.run);
  const drawn: uPlot.Series = {
    stroke: color,
    width: 1.75,
    alpha: line.dim === true ? DIM : 1,
    dash: [...dash],
    points: { size: 5, fill: color },
  };
  return parts(line, smooth).map((part, _, all): uPlot.Series => {
    switch (part) {
      case 'line':
        if (all.includes('smooth')) return { stroke: color + RAW_OPACITY, width: 1, points: { show: false } };
        return line.stepped === true && uPlot.paths.stepped
          ? { ...drawn, paths: uPlot.paths.stepped({ align: 1 }) }
          : drawn;
      case 'smooth':
        return drawn;
      case 'low':
      case 'high':
        return { stroke: 'transparent', width: 0, points: { show: false } };
    }
  });
}

function bands(lines: readonly Line[], palette: Palette, smooth: boolean): uPlot.Band[] {
  const found: uPlot.Band[] = [];
  let column = 1;
  for (const line of lines) {
    const { color } = stroke(palette, line.role, line.run);
    if (line.band) found.push({ series: [column + 2, column + 1], fill: color + BAND_OPACITY });
    column += parts(line, smooth).length;
  }
  return found;
}
