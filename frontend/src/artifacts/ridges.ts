import type { Histogram } from './artifact';

/** Histograms over time, one behind the other, as outlines that are comparable: the same numbers at the same place. */
export interface Ridges {
  min: number;
  max: number;
  /** SVG paths, the first histogram's first; the first is drawn highest, at the back. */
  paths: string[];
}

/** How far a ridge may rise over the ones behind it, in distances between two. */
const RISE = 5;

export function ridges(series: readonly Histogram[], width: number, height: number): Ridges {
  const min = Math.min(...series.map((one) => one.min));
  const max = Math.max(...series.map((one) => one.max));
  const span = max > min ? max - min : 1;
  const left = max > min ? min : min - 0.5;
  const gap = height / (series.length + RISE);
  const paths = series.map((one, index) => {
    const total = one.counts.reduce((sum, count) => sum + count, 0);
    const bin = (one.max - one.min) / one.counts.length;
    const density = one.counts.map((count) =>
      total > 0 && bin > 0 ? count / total / bin : count > 0 ? 1 : 0,
    );
    const highest = Math.max(...density);
    const base = gap * (index + RISE);
    const x = (value: number) => ((value - left) / span) * width;
    const points = density.map((value, i) => {
      const at = x(one.min + bin * (i + 0.5));
      return `L${at.toFixed(1)} ${(base - (highest > 0 ? value / highest : 0) * gap * RISE * 0.9).toFixed(1)}`;
    });
    return `M${x(one.min).toFixed(1)} ${base.toFixed(1)}${points.join('')}L${x(one.max).toFixed(1)} ${base.toFixed(1)}`;
  });
  return { min, max, paths };
}
