import { useMemo, useState } from 'react';
import { useShortcuts } from '../ui/shortcuts';
import { AXES } from './axis';
import { MOST_SMOOTH, type Shared } from './view';

const COPIED_MS = 2000;
const SMOOTHER = 0.1;

/** What is chosen for all charts of a page. */
export function ViewBar({ shared }: { shared: Shared }) {
  const { view, change, axis } = shared;
  const keys = useMemo(() => {
    const smooth = (by: number) => {
      change({ smooth: Math.min(MOST_SMOOTH, Math.max(0, Number((view.smooth + by).toFixed(2)))) });
    };
    return {
      e: () => {
        change({ axis: 'epoch' });
      },
      s: () => {
        change({ axis: 'step' });
      },
      t: () => {
        change({ axis: 'time' });
      },
      m: () => {
        smooth(SMOOTHER);
      },
      n: () => {
        smooth(-SMOOTHER);
      },
      '0': () => {
        change({ zoom: null });
      },
    };
  }, [view.smooth, change]);
  useShortcuts(keys);
  return (
    <div className="view-bar" role="group" aria-label="How the charts are drawn">
      <div className="segments" role="group" aria-label="Along">
        {AXES.map((name) => (
          <button
            key={name}
            type="button"
            className="button tiny"
            data-testid={`axis-${name}`}
            aria-pressed={(axis === 'elapsed' ? 'time' : axis) === name}
            onClick={() => {
              change({ axis: name });
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <label className="smoothing">
        smoothing
        <input
          type="range"
          min={0}
          max={MOST_SMOOTH}
          step={0.01}
          data-testid="smoothing"
          value={view.smooth}
          onChange={(e) => {
            change({ smooth: Number(e.target.value) });
          }}
        />
        <output>{view.smooth.toFixed(2)}</output>
      </label>
      {view.zoom !== null && (
        <button
          type="button"
          className="button tiny"
          data-testid="zoom-out"
          onClick={() => {
            change({ zoom: null });
          }}
        >
          show all
        </button>
      )}
      <CopyLink />
    </div>
  );
}

/** The address holds the view: sharing it is sharing that. */
function CopyLink() {
  const [copied, setCopied] = useState(false);
  // Browsers give no clipboard to a page that came over plain HTTP from another machine.
  if (!('clipboard' in navigator)) return null;
  return (
    <button
      type="button"
      className="button tiny copy-link"
      title="Copy a link to this view"
      onClick={() => {
        navigator.clipboard.writeText(window.location.href).then(
          () => {
            setCopied(true);
            setTimeout(() => {
              setCopied(false);
            }, COPIED_MS);
          },
          () => undefined,
        );
      }}
    >
      <span aria-live="polite">{copied ? 'copied' : 'copy link'}</span>
    </button>
  );
}
