import type { ReactNode } from 'react';

interface Props {
  /** Hook for tests. */
  id: string;
  verb: string;
  effect: ReactNode;
  busy: boolean;
  danger?: boolean;
  onClick: () => void;
  children?: ReactNode;
}

/** A command that needs no number: its button, what it does, and what can be chosen of it. */
export function Action({ id, verb, effect, busy, danger = false, onClick, children }: Props) {
  return (
    <div className="steer-action">
      <button
        type="button"
        className={danger ? 'button small danger' : 'button small'}
        data-testid={id}
        aria-describedby={`${id}-effect`}
        disabled={busy}
        onClick={onClick}
      >
        {verb}
      </button>
      <p className="effect" id={`${id}-effect`}>
        {effect}
      </p>
      {children}
    </div>
  );
}
