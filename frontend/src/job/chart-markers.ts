import type { Marker } from '../chart/data';
import type { MarkerKind } from '../chart/palette';
import { formatPlace } from '../format/place';
import type { TimelineDetail, TimelineEntry } from '../live/job-store';
import { describe } from './describe';

const KINDS: Partial<Record<TimelineDetail['type'], MarkerKind>> = {
  alert: 'alert',
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
    return kind === undefined || entry.voided || entry.step === null
      ? []
      : [{ x: entry.step, kind, label: label(entry) }];
  });
}

/**
 * The same by epoch. An epoch's metrics are drawn at its number and known at its end: after its last step. So a step in
 * the middle of epoch 3 lies between 2 and 3.
 */
export function epochMarkers(byStep: readonly Marker[], stepsPerEpoch: number | null): Marker[] {
  if (stepsPerEpoch === null || stepsPerEpoch === 0) return [];
  return byStep.map((marker) => ({ ...marker, x: Math.max(0, marker.x / stepsPerEpoch - 1) }));
}

function label(entry: TimelineEntry): string {
  const { title, detail } = describe(entry.detail);
  return `${title}${detail === '' ? '' : `: ${detail}`} (${formatPlace(entry)})`;
}
