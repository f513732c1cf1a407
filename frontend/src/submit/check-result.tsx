import type { Check } from '../api/check';
import { formatBytes, formatCount } from '../format/number';
import { formatDuration } from '../format/time';
import { LayerTable } from '../ui/layer-table';

/** What a submission would be: the network layer by layer, and what it costs. */
export function CheckResult({ check }: { check: Check }) {
  return (
    <section className="card" aria-labelledby="check-title" data-testid="check-result">
      <header className="card-head">
        <h2 id="check-title">What it would be</h2>
        <span className="tag good">valid</span>
      </header>
      <dl className="facts">
        <div>
          <dt>Parameters</dt>
          <dd>{formatCount(check.parameters)}</dd>
        </div>
        <div>
          <dt>Steps per epoch</dt>
          <dd>{formatCount(check.steps_per_epoch)}</dd>
        </div>
        {check.checkpoint_bytes !== null && (
          <div>
            <dt>A checkpoint</dt>
            <dd>{formatBytes(check.checkpoint_bytes)}</dd>
          </div>
        )}
        <div>
          <dt>Time to train</dt>
          <dd>
            {check.estimated_seconds === null ? (
              <small>known once a job like it has trained</small>
            ) : (
              <>
                about {formatDuration(check.estimated_seconds)}{' '}
                <small>at the speed of job {check.estimated_by}</small>
              </>
            )}
          </dd>
        </div>
      </dl>
      <LayerTable layers={check.layers} />
    </section>
  );
}
