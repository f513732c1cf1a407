import { formatNumber } from '../format/number';
import { formatDuration } from '../format/time';

export const AXES = ['epoch', 'step', 'time'] as const;
/** `elapsed` is time too, counted in seconds from where each run began. */
export type AxisName = (typeof AXES)[number] | 'elapsed';

/** How the charts of a page are laid along x. Every place has a step; an axis says where that step lies. */
export interface Axis {
  name: AxisName;
  /** For people, under the chart. */
  title: string;
  /** Where steps lie, which are in order. */
  places: (steps: readonly number[]) => readonly number[];
  /** The step at a place, the other way round. */
  step: (x: number) => number;
}

/** Steps and when they were made, in seconds since 1970; both in order. */
export interface Clock {
  steps: readonly number[];
  times: readonly number[];
}

export const STEP_AXIS: Axis = {
  name: 'step',
  title: 'step',
  places: (steps) => steps,
  step: (x) => x,
};

export function epochAxis(stepsPerEpoch: number): Axis {
  return {
    name: 'epoch',
    title: 'epochs done',
    places: (steps) => steps.map((step) => step / stepsPerEpoch),
    step: (x) => x * stepsPerEpoch,
  };
}

export function timeAxis(clock: Clock): Axis {
  return {
    name: 'time',
    title: 'time of day',
    places: (steps) => between(clock.steps, clock.times, steps),
    step: (x) => between(clock.times, clock.steps, [x])[0] ?? 0,
  };
}

/** Where `wanted` lie on the line through (from, to); beyond its ends it goes on as at the end. All are in order. */
export function between(
  from: readonly number[],
  to: readonly number[],
  wanted: readonly number[],
): readonly number[] {
  const last = from.length - 1;
  if (last < 1) return wanted.map(() => to[0] ?? 0);
  let at = 1;
  return wanted.map((x) => {
    while (at < last && (from[at] ?? 0) < x) at++;
    const [x0 = 0, x1 = 0] = [from[at - 1], from[at]];
    const [y0 = 0, y1 = 0] = [to[at - 1], to[at]];
    return x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y1;
  });
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const SECONDS = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const MINUTES = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const DAYS = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** A mark on the axis, where so much of it is shown. */
export function tick(axis: AxisName, x: number, shown: number): string {
  if (axis === 'elapsed') return formatDuration(x);
  if (axis !== 'time') return formatNumber(x);
  return (shown < HOUR ? SECONDS : shown < DAY ? MINUTES : DAYS).format(x * 1000);
}
