import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Job } from '../api/job';
import { sweepJob, type CallbackSpec, type Variant } from '../api/replay';
import { Chart } from '../chart/chart';
import type { ChartData } from '../chart/data';
import { nameOf, patiences } from './callbacks';

const NONE: readonly Variant[] = [];

interface Props {
  job: Job;
  callbacks: readonly CallbackSpec[];
  index: number;
  epochs: number;
}

/** The stopping epoch and the best value against patience. */
export function Sweep({ job, callbacks, index, epochs }: Props) {
  const vary = useMemo(
    () => ({ pointer: `/callbacks/${index}/patience`, values: patiences(epochs) }),
    [index, epochs],
  );
  const { data = NONE } = useQuery({
    queryKey: ['sweep', job.id, callbacks, vary],
    queryFn: ({ signal }) => sweepJob(job.id, callbacks, vary, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const callback = callbacks[index];
  const name = callback === undefined ? '' : nameOf(callback);
  const stops = useMemo(() => curve(data, 'ran until', ({ epochs_run: run }) => run - 1), [data]);
  const bests = useMemo(
    () =>
      curve(data, 'best', (variant) => variant.best.find((best) => best.callback === name)?.value ?? null),
    [data, name],
  );
  return (
    <>
      <Chart
        id="what-if-sweep-stop"
        title="stopping epoch against patience"
        xName="patience"
        data={stops}
        markers={[]}
        group="sweep"
        empty="Sweeping …"
      />
      <Chart
        id="what-if-sweep-best"
        title="best value against patience"
        xName="patience"
        data={bests}
        markers={[]}
        group="sweep"
        empty="Sweeping …"
      />
    </>
  );
}

function curve(
  variants: readonly Variant[],
  name: string,
  y: (variant: Variant) => number | null,
): ChartData {
  return {
    x: variants.map(({ value }) => Number(value)),
    lines: [{ name, role: 'training', values: variants.map(y) }],
  };
}
