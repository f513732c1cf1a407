import type uPlot from 'uplot';
import type { Marker } from './data';
import type { MarkerKind, Palette } from './palette';

const NEAR_PX = 5;
/** Marks of one kind that stand closer are drawn as one. */
const SMALLEST_GAP_PX = 4;
const TICK_PX = 7;
const MOST_STRONG = 8;
const FAINTEST = 0.25;

/** Draws where something acted: a line through the chart for what steers, a tick at its edge for the rest. */
export function drawMarkers(u: uPlot, markers: readonly Marker[], palette: Palette): void {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - TICK_PX, bbox.top, bbox.width + 2 * TICK_PX, bbox.height);
  ctx.clip();
  ctx.lineWidth = ratio;
  const callbacks = markers.reduce((count, { kind }) => count + Number(kind === 'callback'), 0);
  const faint = Math.min(1, Math.max(FAINTEST, MOST_STRONG / callbacks));
  const drawn = new Map<MarkerKind, number>();
  for (const marker of markers) {
    const x = Math.round(u.valToPos(marker.x, 'x', true)) + 0.5;
    if (x < bbox.left - TICK_PX || x > bbox.left + bbox.width + TICK_PX) continue;
    if (x - (drawn.get(marker.kind) ?? -Infinity) < SMALLEST_GAP_PX * ratio) continue;
    drawn.set(marker.kind, x);
    ctx.strokeStyle = palette.markers[marker.kind];
    ctx.fillStyle = palette.markers[marker.kind];
    // Callbacks that act at every epoch must not hide the curve.
    ctx.globalAlpha = marker.kind === 'callback' ? faint : 1;
    drawOne(ctx, marker, x, bbox, TICK_PX * ratio);
  }
  ctx.restore();
}

function drawOne(
  ctx: CanvasRenderingContext2D,
  marker: Marker,
  x: number,
  box: uPlot.BBox,
  size: number,
): void {
  const top = box.top;
  const bottom = box.top + box.height;
  switch (marker.kind) {
    case 'command':
      line(ctx, x, top, bottom, []);
      shape(ctx, [x, top], [x + size / 2, top + size / 2], [x, top + size], [x - size / 2, top + size / 2]);
      return;
    case 'alert':
      line(ctx, x, top, bottom, []);
      shape(ctx, [x - size / 2, top], [x + size / 2, top], [x, top + size]);
      return;
    case 'callback':
      line(ctx, x, top, bottom, [size / 2, size / 2]);
      return;
    case 'restored':
      line(ctx, x, top, bottom, [size / 6, size / 3]);
      return;
    case 'checkpoint':
      shape(ctx, [x, bottom - size], [x + size / 2, bottom], [x - size / 2, bottom]);
      return;
    case 'rate':
      line(ctx, x, top, top + size, []);
      return;
    case 'attempt':
      line(ctx, x, top, bottom, [size, size / 3]);
      return;
  }
}

function line(ctx: CanvasRenderingContext2D, x: number, from: number, to: number, dash: number[]): void {
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x, from);
  ctx.lineTo(x, to);
  ctx.stroke();
}

function shape(ctx: CanvasRenderingContext2D, ...corners: [number, number][]): void {
  ctx.beginPath();
  for (const [x, y] of corners) ctx.lineTo(x, y);
  ctx.fill();
}

/** What is told first where many things happened at one place. */
const WEIGHT: Record<MarkerKind, number> = {
  alert: 0,
  command: 1,
  attempt: 2,
  restored: 3,
  callback: 4,
  rate: 5,
  checkpoint: 6,
};

/** Markers under the cursor, the weightiest first. */
export function markersAt(u: uPlot, markers: readonly Marker[], left: number): Marker[] {
  return markers
    .filter((marker) => Math.abs(u.valToPos(marker.x, 'x') - left) <= NEAR_PX)
    .sort((a, b) => WEIGHT[a.kind] - WEIGHT[b.kind]);
}
