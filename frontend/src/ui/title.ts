import { useEffect } from 'react';
import type { JobState } from '../api/job';

/** The lamp of the signal that is lit. */
type Lamp = 'red' | 'amber' | 'green';

const LAMPS: Record<JobState, Lamp> = {
  queued: 'amber',
  starting: 'amber',
  running: 'green',
  paused: 'amber',
  stopping: 'amber',
  suspended: 'amber',
  completed: 'green',
  stopped: 'red',
  failed: 'red',
  cancelled: 'red',
};
const COLORS: Record<Lamp, [y: number, color: string]> = {
  red: [9, '#d55e00'],
  amber: [16, '#e69f00'],
  green: [23, '#12b886'],
};
const UNLIT = '#2c343d';

/** What the browser's tab says, and with a job's state its icon: the signal shows how it stands. */
export function useTitle(title: string, state?: JobState): void {
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null || state === undefined) return undefined;
    const usual = link.href;
    link.href = `data:image/svg+xml,${encodeURIComponent(icon(LAMPS[state]))}`;
    return () => {
      link.href = usual;
    };
  }, [state]);
}

/** The signal with one lamp lit; which one is told by its place too. */
export function icon(lit: Lamp): string {
  const lamps = Object.entries(COLORS).map(
    ([lamp, [y, color]]) =>
      `<circle cx="16" cy="${y}" r="${lamp === lit ? 5 : 3}" fill="${lamp === lit ? color : UNLIT}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="8" y="1" width="16" height="30" rx="8" fill="#46515f"/>${lamps.join('')}</svg>`;
}
