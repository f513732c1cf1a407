/** A point of a curve, with the smallest and the largest that it stands for. */
interface Bucket {
  x: number;
  min: number;
  max: number;
}

export type Direction = 'min' | 'max';

/** Of metrics with these in their names less is better; of all others more is. */
const LESS_IS_BETTER = /loss|error|perplexity|(^|_)(mse|mae|rmse|mape|msle|brier)/;

export function direction(metric: string): Direction {
  return LESS_IS_BETTER.test(metric) ? 'min' : 'max';
}

/** The best of all that was recorded, and about where: at the end of the points that hold it. Null where there is none. */
export function best(points: readonly Bucket[], wanted: Direction): { x: number; value: number } | null {
  let found: { x: number; value: number } | null = null;
  for (const { x, min, max } of points) {
    const value = wanted === 'min' ? min : max;
    if (!Number.isFinite(value)) continue;
    if (found === null || (wanted === 'min' ? value < found.value : value > found.value))
      found = { x, value };
  }
  return found;
}
