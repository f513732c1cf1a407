import type { JobState, Outcome } from '../api/job';
import { words } from '../format/place';

/** A sign beside the colour, for those who do not see the one. */
const SIGNS: Record<JobState, string> = {
  queued: '○',
  starting: '◔',
  running: '●',
  paused: '‖',
  stopping: '◕',
  suspended: '◌',
  completed: '✓',
  stopped: '■',
  failed: '✕',
  cancelled: '⊘',
};

export function StateBadge({ state, outcome }: { state: JobState; outcome?: Outcome | null }) {
  const why =
    outcome === 'early_stopped' ||
    outcome === 'terminated_on_nan' ||
    outcome === 'time_limit' ||
    outcome === 'memory_limit' ||
    outcome === 'lost';
  return (
    <span className="badge" data-state={state} data-testid="job-state">
      <span aria-hidden="true">{SIGNS[state]}</span> {state}
      {why && <span className="badge-why"> · {words(outcome)}</span>}
    </span>
  );
}
