import type { Progress } from '../api/job';

/** Share of all updates done, 0 to 1. */
export function share(progress: Progress | null): number {
  if (progress === null) return 0;
  const steps = progress.epochs * progress.steps_per_epoch;
  const done = steps > 0 ? progress.step / steps : progress.epochs > 0 ? progress.epoch / progress.epochs : 0;
  return Math.min(1, Math.max(0, done));
}

export function ProgressBar({ progress, state }: { progress: Progress | null; state: string }) {
  const percent = Math.floor(share(progress) * 1000) / 10;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-state={state}
    >
      <div className="progress-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}
