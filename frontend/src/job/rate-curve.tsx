import { formatRate } from '../format/number';
import type { EventDetail } from '../live/event';

type RateTest = Extract<EventDetail, { type: 'learning_rate_tested' }>;

const WIDTH = 240;
const HEIGHT = 64;

/** Loss over the learning rates that were tried, these on a logarithmic scale, and the one suggested. */
export function RateCurve({ test }: { test: RateTest }) {
  const points = ratePoints(test);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const suggested =
    test.suggestion === null ? undefined : points.find(({ rate }) => rate === test.suggestion);
  return (
    <svg
      className="rate-curve"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Loss over learning rates from ${formatRate(first.rate)} to ${formatRate(last.rate)}`}
    >
      <polyline
        points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}
        fill="none"
        stroke="currentColor"
      />
      {suggested !== undefined && <circle cx={suggested.x} cy={suggested.y} r={3} fill="currentColor" />}
    </svg>
  );
}

/** Where each loss that is a number stands in the picture. */
export function ratePoints({ rates, losses }: Pick<RateTest, 'rates' | 'losses'>) {
  const tried = rates.flatMap((rate, i) => {
    const loss = losses[i];
    return loss !== undefined && Number.isFinite(loss) && rate > 0 ? [{ rate, loss }] : [];
  });
  const x = scale(tried.map(({ rate }) => Math.log(rate)));
  const y = scale(tried.map(({ loss }) => loss));
  return tried.map(({ rate, loss }) => ({
    rate,
    x: x(Math.log(rate)) * WIDTH,
    y: HEIGHT - y(loss) * HEIGHT,
  }));
}

function scale(values: number[]): (value: number) => number {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return (value) => (most > least ? (value - least) / (most - least) : 0.5);
}
