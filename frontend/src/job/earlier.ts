import { useQuery } from '@tanstack/react-query';
import { getCurve } from '../api/calls';
import type { CurvePoint } from '../api/curve';
import type { Range } from '../chart/data';

const MOST_POINTS = 1000;
const NONE: readonly CurvePoint[] = [];

/**
 * The points of a metric that the page does not hold, put together by the server into as many as a chart can show: each
 * with the smallest and the largest of what it stands for.
 *
 * @param before the first step that the page holds; Infinity for none, null while it holds all
 * @param zoom the steps shown, null for all
 */
export function useEarlier(
  jobId: number,
  metric: string,
  before: number | null,
  zoom: Range | null,
): readonly CurvePoint[] {
  const from = Math.max(0, Math.floor(zoom?.from ?? 0));
  const to = Math.min(Math.ceil(zoom?.to ?? Infinity), (before ?? 1) - 1);
  const { data } = useQuery({
    queryKey: ['curve', jobId, metric, from, to],
    queryFn: ({ signal }) =>
      getCurve(
        jobId,
        metric,
        { by: 'step', from, ...(Number.isFinite(to) ? { to } : {}), maxPoints: MOST_POINTS },
        signal,
      ),
    enabled: before !== null && from <= to,
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  return data?.points ?? NONE;
}
