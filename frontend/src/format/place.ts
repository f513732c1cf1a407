import { formatCount } from './number';

/** `epoch 3, step 1,240`, as far as known. */
export function formatPlace(place: { epoch: number | null; step: number | null }): string {
  const parts: string[] = [];
  if (place.epoch !== null) parts.push(`epoch ${formatCount(place.epoch)}`);
  if (place.step !== null) parts.push(`step ${formatCount(place.step)}`);
  return parts.join(', ');
}

/** `reduce_lr_on_plateau` as people read it. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}
