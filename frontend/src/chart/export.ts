import { formatNumber } from '../format/number';
import { tick, type AxisName } from './axis';
import { columns, parts, type ChartData, type Range } from './data';
import { stroke, type Palette } from './palette';

/** A chart as it is looked at. */
export interface Picture {
  title: string;
  xName: string;
  axis: AxisName;
  data: ChartData;
  zoom: Range | null;
  log: boolean;
  smooth: number;
  palette: Palette;
  canvas: HTMLCanvasElement | null;
}

const WIDTH = 900;
const HEIGHT = 420;
const BOX = { left: 70, top: 56, right: 880, bottom: 370 };
const TICKS = 6;
const HEAD_PX = 48;
const SANS = 'system-ui, sans-serif';

/** Hands a chart to the reader as a file. */
export function save(picture: Picture, format: 'png' | 'svg' | 'csv'): void {
  const name = `${picture.title.replaceAll(/[^\w-]+/g, '-')}.${format}`;
  switch (format) {
    case 'csv':
      download(name, new Blob([csv(picture)], { type: 'text/csv' }));
      return;
    case 'svg':
      download(name, new Blob([svg(picture)], { type: 'image/svg+xml' }));
      return;
    case 'png':
      png(picture)?.toBlob((blob) => {
        if (blob) download(name, blob);
      });
  }
}

function download(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 0);
}

/** The points shown, as they are: x, then for each line its values, and its band's where it has one. */
export function csv({ data, zoom, xName }: Pick<Picture, 'data' | 'zoom' | 'xName'>): string {
  const named = data.lines.flatMap((line) => [
    { name: line.name, values: line.values },
    ...(line.band
      ? [
          { name: `${line.name} min`, values: line.band.low },
          { name: `${line.name} max`, values: line.band.high },
        ]
      : []),
  ]);
  const rows = data.x.flatMap((x, row) =>
    zoom === null || (x >= zoom.from && x <= zoom.to)
      ? [[x, ...named.map(({ values }) => values[row] ?? '')].join(',')]
      : [],
  );
  return [[xName, ...named.map(({ name }) => quoted(name))].join(','), ...rows, ''].join('\r\n');
}

function quoted(cell: string): string {
  // A cell that a spreadsheet would take for a formula is made text.
  const text = /^[=+\-@\t\r\0＝＋－＠]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The picture of the screen with its title and the names of its lines. */
function png({ title, data, palette, canvas }: Picture): HTMLCanvasElement | null {
  if (canvas === null) return null;
  const ratio = devicePixelRatio;
  const made = document.createElement('canvas');
  made.width = canvas.width;
  made.height = canvas.height + HEAD_PX * ratio;
  const ctx = made.getContext('2d');
  if (ctx === null) return null;
  ctx.fillStyle = palette.page;
  ctx.fillRect(0, 0, made.width, made.height);
  ctx.drawImage(canvas, 0, HEAD_PX * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = palette.ink;
  ctx.font = `600 14px ${SANS}`;
  ctx.fillText(title, 12, 20);
  ctx.font = `12px ${SANS}`;
  let x = 12;
  for (const line of data.lines) {
    ctx.fillStyle = stroke(palette, line.role, line.run).color;
    ctx.fillText(line.name, x, 38);
    x += ctx.measureText(line.name).width + 14;
  }
  return made;
}

/** The chart drawn anew, to be scaled and edited. */
export function svg({ title, xName, axis, data, zoom, log, smooth, palette }: Picture): string {
  const [x, ...series] = columns(data, log, smooth);
  const from = zoom?.from ?? x[0] ?? 0;
  const to = zoom?.to ?? x.at(-1) ?? 1;
  const inside = x.map((at) => at >= from && at <= to);
  const value = (y: number) => (log ? Math.log10(y) : y);
  let low = Infinity;
  let high = -Infinity;
  for (const values of series) {
    values.forEach((y, row) => {
      if (y === null || y === undefined || inside[row] !== true) return;
      low = Math.min(low, value(y));
      high = Math.max(high, value(y));
    });
  }
  if (!(low <= high)) [low, high] = [0, 1];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  const place = (at: number) => BOX.left + ((at - from) / (to - from || 1)) * (BOX.right - BOX.left);
  const level = (y: number) =>
    BOX.bottom - ((value(y) - low + air) / (high - low + 2 * air)) * (BOX.bottom - BOX.top);
  const point = (row: number, y: number) => `${place(x[row] ?? 0).toFixed(2)},${level(y).toFixed(2)}`;
  const drawn: string[] = [];
  let column = 0;
  for (const line of data.lines) {
    const { color, dash } = stroke(palette, line.role, line.run);
    const kinds = parts(line, smooth > 0);
    const lows = series[column + kinds.indexOf('low')];
    const highs = series[column + kinds.indexOf('high')];
    if (line.band && lows && highs) {
      const edge = (values: typeof lows) =>
        values.flatMap((y, row) => (y === null || y === undefined ? [] : [point(row, y)]));
      const around = [...edge(highs), ...edge(lows).reverse()].join(' ');
      drawn.push(`<polygon points="${around}" fill="${color}" fill-opacity="0.2"/>`);
    }
    kinds.forEach((kind, index) => {
      if (kind === 'low' || kind === 'high') return;
      const faint = kind === 'line' && kinds.includes('smooth') ? ' stroke-opacity="0.33"' : '';
      for (const run of runs(series[column + index] ?? [])) {
        const points = run.flatMap(([row, y], n) => {
          const before = run[n - 1];
          return line.stepped === true && before ? [point(row, before[1]), point(row, y)] : [point(row, y)];
        });
        const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
        drawn.push(
          `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="1.75"${dashes}${faint}/>`,
        );
      }
    });
    column += kinds.length;
  }
  const ticks = Array.from({ length: TICKS }, (_, n) => n / (TICKS - 1));
  const text = (at: number, y: number, anchor: string, words: string, fill = palette.text) =>
    `<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${escaped(words)}</text>`;
  let name = BOX.left;
  const names = data.lines.map((line) => {
    const at = name;
    name += line.name.length * 7 + 16;
    return text(at, 44, 'start', line.name, stroke(palette, line.role, line.run).color);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${SANS}" font-size="12">`,
    `<clipPath id="box"><rect x="${BOX.left}" y="${BOX.top}" width="${BOX.right - BOX.left}" height="${BOX.bottom - BOX.top}"/></clipPath>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${palette.page}"/>`,
    `<text x="${BOX.left}" y="24" font-size="15" font-weight="600" fill="${palette.ink}">${escaped(title)}</text>`,
    ...names,
    ...ticks.map((t) => {
      const y = BOX.bottom - t * (BOX.bottom - BOX.top);
      const at = low - air + t * (high - low + 2 * air);
      return `<line x1="${BOX.left}" x2="${BOX.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${palette.grid}"/>${text(BOX.left - 8, y + 4, 'end', formatNumber(log ? 10 ** at : at))}`;
    }),
    ...ticks.map((t) => {
      const at = from + t * (to - from);
      return text(place(at), BOX.bottom + 18, 'middle', tick(axis, at, to - from));
    }),
    text(BOX.right, HEIGHT - 12, 'end', xName),
    `<g clip-path="url(#box)">${drawn.join('')}</g>`,
    '</svg>',
  ].join('\n');
}

/** The stretches of a line without a gap: row and value. */
function runs(values: readonly (number | null | undefined)[]): [number, number][][] {
  const found: [number, number][][] = [[]];
  values.forEach((y, row) => {
    if (y === null) found.push([]);
    else if (y !== undefined) found.at(-1)?.push([row, y]);
  });
  return found.filter((run) => run.length > 0);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
