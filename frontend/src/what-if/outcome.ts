import type { Replay } from '../api/replay';
import type { ChartData, Marker } from '../chart/data';
import { formatNumber, formatRate } from '../format/number';
import { words } from '../format/place';
import { formatDuration } from '../format/time';

/** Seconds that epochs after the stopping one took; null where none was stopped. */
export function savedSeconds(replay: Replay, seconds: readonly (number | undefined)[]): number | null {
  const stopped = replay.stopped_epoch;
  if (stopped === null) return null;
  return seconds.slice(stopped + 1).reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** Where it would have stopped. */
export function stopText(replay: Replay): string {
  const by = replay.stopped_by[0];
  return replay.stopped_epoch === null || by === undefined
    ? `never, within the ${replay.epochs_run} epochs there are`
    : `epoch ${replay.stopped_epoch}, by ${words(by.callback)}`;
}

/** How much time it would have saved. */
export function savedText(replay: Replay, seconds: readonly (number | undefined)[]): string {
  const saved = savedSeconds(replay, seconds);
  if (saved === null || saved === 0) return 'nothing';
  const after = seconds.length - 1 - (replay.stopped_epoch ?? 0);
  return `${formatDuration(saved)}, ${after} epochs`;
}

/** Which checkpoints would be left, the newest first. */
export function keptText(replay: Replay): string {
  const kept = [...replay.files].sort((a, b) => b.epoch - a.epoch);
  if (kept.length === 0) return 'none';
  const first = kept.slice(0, 3).map(({ file, epoch }) => `${file} (epoch ${epoch})`);
  return first.join(', ') + (kept.length > 3 ? ` and ${kept.length - 3} more` : '');
}

/** How the learning rate would have gone. */
export function rateText({ learning_rates: rates }: Replay): string {
  const changes = rates.filter((rate, epoch) => epoch > 0 && rate !== rates[epoch - 1]).length;
  const from = rates[0] ?? null;
  if (changes === 0) return `${formatRate(from)} throughout`;
  return `${formatRate(from)} → ${formatRate(rates.at(-1) ?? null)} in ${changes} ${changes === 1 ? 'change' : 'changes'}`;
}

/** What each callback took for the best. */
export function bestText(replay: Replay, callback: string): string {
  const best = replay.best.find((one) => one.callback === callback);
  if (best === undefined) return 'not known';
  return formatNumber(best.value) + (best.epoch === null ? '' : ` at epoch ${best.epoch}`);
}

/** Where the curve would have ended, which weights would have been put back, and what would have been saved. */
export function markersOf(replay: Replay): Marker[] {
  const markers: Marker[] = replay.checkpoints.map(({ file, epoch }) => ({
    x: epoch,
    kind: 'checkpoint',
    label: `would save ${file} (epoch ${epoch})`,
  }));
  for (const { callback, epoch } of replay.stopped_by) {
    markers.push({ x: epoch, kind: 'command', label: `${words(callback)} would stop (epoch ${epoch})` });
  }
  if (replay.restored_from_epoch !== null) {
    const x = replay.restored_from_epoch;
    markers.push({ x, kind: 'restored', label: `weights of epoch ${x} would be put back` });
  }
  return markers;
}

/** The learning rate in force during each epoch. */
export function rateCurve({ learning_rates: values }: Replay): ChartData {
  return {
    x: values.map((_, epoch) => epoch),
    lines: [{ name: 'would be', role: 'rate', values, stepped: true }],
  };
}
