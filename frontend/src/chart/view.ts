import { createContext, useCallback, useContext, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { AXES, type AxisName } from './axis';
import type { Range } from './data';

/** How the charts of a page are looked at. It stands in the address, so that a link shows the same. */
export interface View {
  /** As chosen; null for the page's own choice. */
  axis: (typeof AXES)[number] | null;
  /** Weight of the smoothing, 0 to below 1. */
  smooth: number;
  /** Ids of charts with a logarithmic scale. */
  log: ReadonlySet<string>;
  /** The steps shown; null for all. */
  zoom: Range | null;
}

export const MOST_SMOOTH = 0.99;

/** What the charts of a page share: a chart without it keeps its own zoom. */
export interface Shared {
  view: View;
  change: (change: Partial<View>) => void;
  /** The zoom along the axis shown. */
  zoom: Range | null;
  onZoom: (range: Range | null) => void;
  axis: AxisName;
  /** A place along the axis in words. */
  place: (x: number) => string;
}

export const SharedView = createContext<Shared | null>(null);

export function useShared(): Shared | null {
  return useContext(SharedView);
}

export function readView(params: URLSearchParams): View {
  const smooth = Number(params.get('smooth') ?? 0);
  const from = Number(params.get('from') ?? NaN);
  const to = Number(params.get('to') ?? NaN);
  return {
    axis: AXES.find((name) => name === params.get('axis')) ?? null,
    smooth: smooth >= 0 && smooth <= MOST_SMOOTH ? smooth : 0,
    log: new Set((params.get('log') ?? '').split(',').filter((id) => id !== '')),
    zoom: from < to && Number.isFinite(from) && Number.isFinite(to) ? { from, to } : null,
  };
}

/** The parameters with a view in them; what is as usual is left out. */
export function writeView(params: URLSearchParams, view: View): URLSearchParams {
  const written = new URLSearchParams(params);
  const put = (name: string, value: string | null) => {
    if (value === null || value === '') written.delete(name);
    else written.set(name, value);
  };
  put('axis', view.axis);
  put('smooth', view.smooth === 0 ? null : String(view.smooth));
  put('log', [...view.log].join(','));
  put('from', view.zoom === null ? null : String(rounded(view.zoom.from)));
  put('to', view.zoom === null ? null : String(rounded(view.zoom.to)));
  return written;
}

function rounded(step: number): number {
  return Number(step.toPrecision(9));
}

/** The view of the page's address. */
export function useView(): [View, (change: Partial<View>) => void] {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => readView(params), [params]);
  const change = useCallback(
    (changed: Partial<View>) => {
      setParams((now) => writeView(now, { ...readView(now), ...changed }), {
        replace: true,
        preventScrollReset: true,
      });
    },
    [setParams],
  );
  return [view, change];
}
