import { lazy, Suspense, useState } from 'react';
import type { ProblemEntry } from '../api/problem';
import { Loading } from '../ui/notice';

const SpecText = lazy(() => import('./spec-text'));

/** The spec as run, with what was found questionable about it. */
export function SpecPanel({ spec, warnings }: { spec: unknown; warnings: readonly ProblemEntry[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="card"
      data-testid="spec"
      onToggle={(e) => {
        setOpen(e.currentTarget.open);
      }}
    >
      <summary>
        <h2>Spec</h2>
        {warnings.length > 0 && <span className="tag warn">{warnings.length} to consider</span>}
      </summary>
      {warnings.length > 0 && (
        <ul className="problems">
          {warnings.map((warning, index) => (
            <li key={index} data-level="warning">
              <code>{warning.pointer}</code> {warning.detail}
            </li>
          ))}
        </ul>
      )}
      {open && (
        <Suspense fallback={<Loading />}>
          <SpecText spec={spec} />
        </Suspense>
      )}
    </details>
  );
}
