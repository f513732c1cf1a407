import type { ReactNode } from 'react';
import { explain } from '../api/http';
import { ApiError } from '../api/problem';

/** Something went wrong, said where it went wrong, with everything that the server found at fault. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const faults = error instanceof ApiError ? error.problem.errors : [];
  return (
    <div className="notice error" role="alert">
      {faults.length === 0 ? (
        <span>{explain(error)}</span>
      ) : (
        <ul>
          {faults.map(({ pointer, detail }, index) => (
            <li key={index}>
              {pointer !== '#' && <code>{pointer.replace(/^#\//, '')}</code>} {detail}
            </li>
          ))}
        </ul>
      )}
      {retry && (
        <button type="button" className="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}

export function Loading() {
  return (
    <div className="empty" role="status">
      Loading…
    </div>
  );
}
