import type { Marker } from '../chart/data';
import type { MarkerKind } from '../chart/palette';
import { formatPlace } from '../format/place';
import type { TimelineDetail, TimelineEntry } from '../live/job-store';
import { describe } from './describe';

const KINDS: Partial<Record<TimelineDetail['type'], MarkerKind>> = {
  alert: 'alert',
  train_begin: 'attempt',
  callback: 'callback',
  command_applied: 'command',
  checkpoint_saved: 'checkpoint',
  learning_rate_changed: 'rate',
  restored: 'restored',
};

/** Where callbacks and commands acted, by step. What a later attempt did again is left out. */
export function stepMarkers(timeline: readonly TimelineEntry[]): Marker[] {
  return timeline.flatMap((entry) => {
    const kind = KINDS[entry.detail.type];
    const begun = entry.detail.type === 'train_begin' && entry.detail.resumed_from === null;
    return kind === undefined || begun || entry.voided || entry.step === null
      ? []
      : [{ x: entry.step, kind, label: label(entry) }];
  });
}

/** The same markers along another axis. */
export function markersAlong(
  markers: readonly Marker[],
  axis: (steps: readonly number[]) => readonly number[],
): Marker[] {
  const sorted = [...markers].sort((a, b) => a.x - b.x);
  const places = axis(sorted.map((marker) => marker.x));
  return sorted.map((marker, index) => ({ ...marker, x: places[index] ?? 0 }));
}

function label(entry: TimelineEntry): string {
  const { title, detail } = describe(entry.detail);
  return `${title}${detail === '' ? '' : `: ${detail}`} (${formatPlace(entry)})`;
}
