import { useEffect, useRef, useState } from 'react';
import type { JobState } from '../api/job';
import signal from '../favicon.svg';
import { useLive } from '../live/context';
import { news, type News } from './news';

const KEY = 'signalbox.notices';

function wanted(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on' && Notification.permission === 'granted';
  } catch {
    return false;
  }
}

/**
 * Tells by the browser when jobs end or fail, and of alerts of the jobs that this page watches, while another window is
 * looked at. Off until it is asked for: browsers want a press before they let a page speak.
 */
export function Notices() {
  const live = useLive();
  const [on, setOn] = useState(wanted);
  const known = useRef(new Map<number, JobState>());
  useEffect(() => {
    if (!on) return undefined;
    const unwatch = live.watchJobs();
    const states = known.current;
    const changed = () => {
      news(states, live.jobs.snapshot().values()).forEach(tell);
    };
    const alerts = live.onAlert((jobId, message) => {
      tell({ jobId, title: `Alert of job ${jobId}`, body: message });
    });
    const unsubscribe = live.jobs.subscribe(changed);
    return () => {
      unsubscribe();
      alerts();
      unwatch();
    };
  }, [live, on]);
  if (!('Notification' in window)) return null;
  return (
    <button
      type="button"
      className="button quiet notices"
      data-testid="notices"
      aria-pressed={on}
      aria-label="Notices by the browser when jobs end, fail or alert"
      title={on ? 'Notices are on' : 'Tell me when jobs end, fail or alert'}
      onClick={() => {
        void turn(!on).then(setOn);
      }}
    >
      <Bell on={on} />
    </button>
  );
}

function Bell({ on }: { on: boolean }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      stroke="currentColor"
      strokeWidth={1.4}
    >
      <path d="M3 11.5h10l-1.4-2V7a3.6 3.6 0 0 0-7.2 0v2.5z" fill={on ? 'currentColor' : 'none'} />
      <path d="M6.6 13.6h2.8" />
      {!on && <path d="M2.5 13.5 13.5 2.5" />}
    </svg>
  );
}

async function turn(on: boolean): Promise<boolean> {
  const granted = on && (await Notification.requestPermission()) === 'granted';
  try {
    localStorage.setItem(KEY, granted ? 'on' : 'off');
  } catch {
    // Remembered for this page only.
  }
  return granted;
}

function tell({ jobId, title, body }: News): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  const notice = new Notification(title, { body, tag: `job-${jobId}-${title}`, icon: signal });
  notice.onclick = () => {
    window.focus();
    window.location.assign(`/jobs/${jobId}`);
  };
}
