import type { Values } from './data';

/**
 * An exponential moving average that does not begin at 0: as TensorBoard and W&B draw it.
 *
 * @param weight of what came before, 0 (no smoothing) to below 1
 */
export function smoothed(values: Values, weight: number): Values {
  let sum = 0;
  let norm = 0;
  return values.map((value) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return value;
    sum = weight * sum + (1 - weight) * value;
    norm = weight * norm + (1 - weight);
    return sum / norm;
  });
}
