import { useMemo } from 'react';
import type { Check } from '../api/check';
import { Chart } from '../chart/chart';
import type { ChartData } from '../chart/data';

/** How the learning rate will go as far as schedules decide on it. */
export default function RatePlan({ rates }: { rates: Check['learning_rates'] }) {
  const data = useMemo<ChartData>(
    () => ({
      x: rates.map(({ step }) => step),
      lines: [{ name: 'planned', role: 'rate', values: rates.map(({ value }) => value), stepped: true }],
    }),
    [rates],
  );
  return (
    <Chart
      id="learning-rate-plan"
      title="Learning rate"
      xName="step"
      data={data}
      markers={NO_MARKERS}
      group="plan"
      empty="There is no rate to show."
    />
  );
}

const NO_MARKERS = [] as const;
