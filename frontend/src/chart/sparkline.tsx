const WIDTH = 120;
const HEIGHT = 28;
const AIR = 2;

/** A curve without axes: where it goes, at a glance. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const drawn = values.filter(Number.isFinite);
  if (drawn.length < 2) return <span className="spark-empty" aria-hidden="true" />;
  const low = Math.min(...drawn);
  const span = Math.max(...drawn) - low || 1;
  const points = drawn.map((value, index) => {
    const x = (index / (drawn.length - 1)) * (WIDTH - 2 * AIR) + AIR;
    const y = HEIGHT - AIR - ((value - low) / span) * (HEIGHT - 2 * AIR);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <polyline points={points.join(' ')} fill="none" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
