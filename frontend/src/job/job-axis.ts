import { useMemo } from 'react';
import type { Job } from '../api/job';
import { epochAxis, STEP_AXIS, timeAxis, type Axis } from '../chart/axis';
import type { Range } from '../chart/data';
import { useView, type Shared } from '../chart/view';
import { formatCount, formatNumber } from '../format/number';
import { formatClock } from '../format/time';
import { useJobPart } from '../live/context';

/** How a job's charts are laid along x, all of them alike. */
export function useJobAxis(job: Job): { axis: Axis; stepsPerEpoch: number; shared: Shared } {
  const [view, change] = useView();
  const told = useJobPart(job.id, ({ stepsPerEpoch }) => stepsPerEpoch);
  const clock = useJobPart(job.id, (part) => part.clock);
  const stepsPerEpoch = Math.max(1, told ?? job.progress?.steps_per_epoch ?? 1);
  const name = view.axis ?? (job.progress !== null && job.progress.epochs > 1 ? 'epoch' : 'step');
  // The clock grows in place.
  const ticks = useJobPart(job.id, (part) => (name === 'time' ? part.clock.steps.length : 0));
  const axis = useMemo(() => {
    switch (name) {
      case 'epoch':
        return epochAxis(stepsPerEpoch);
      case 'step':
        return STEP_AXIS;
      case 'time':
        return timeAxis(clock);
    }
  }, [name, stepsPerEpoch, clock]);
  const zoom = useMemo(() => {
    if (view.zoom === null || (name === 'time' && ticks < 2)) return null;
    const [from = 0, to = 0] = axis.places([view.zoom.from, view.zoom.to]);
    return from < to ? { from, to } : null;
  }, [view.zoom, axis, name, ticks]);
  const shared = useMemo<Shared>(
    () => ({
      view,
      change,
      zoom,
      onZoom: (range: Range | null) => {
        change({
          zoom: range === null ? null : { from: Math.max(0, axis.step(range.from)), to: axis.step(range.to) },
        });
      },
      axis: name,
      place: (x) => {
        const step = axis.step(x);
        const time = clock.steps.length < 2 ? null : timeAxis(clock).places([step])[0];
        return [
          `step ${formatCount(step)}`,
          `${formatNumber(step / stepsPerEpoch)} epochs done`,
          ...(time == null ? [] : [formatClock(new Date(time * 1000).toISOString())]),
        ].join(' · ');
      },
    }),
    [view, change, zoom, axis, name, clock, stepsPerEpoch],
  );
  return { axis, stepsPerEpoch, shared };
}
