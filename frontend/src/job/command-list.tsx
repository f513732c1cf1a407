import { useState } from 'react';
import type { Command } from '../api/command';
import { formatRate } from '../format/number';
import { formatClock } from '../format/time';
import { commandFate, commandText, useCommands } from './commands';

const MOST_EARLIER = 3;

/** What was asked of the job and what became of it; the newest is said aloud when it changes. */
export function CommandList({ jobId, ended = false }: { jobId: number; ended?: boolean }) {
  const [all, setAll] = useState(false);
  const [latest, ...earlier] = useCommands(jobId, ended);
  if (ended && latest === undefined) return null;
  // What waits is never hidden.
  const shown = earlier.filter(({ state }, index) => all || state === 'pending' || index < MOST_EARLIER);
  return (
    <div className="commands">
      <p
        className="command-status"
        role="status"
        aria-live="polite"
        data-testid="command-status"
        data-state={latest?.state}
      >
        {latest ? (
          <>
            <b>{commandText(latest)}</b> {commandFate(latest)}
            <Change command={latest} />
          </>
        ) : (
          <span className="hint">Commands take effect at the next batch; here you see when.</span>
        )}
      </p>
      {earlier.length > 0 && (
        <ul className="command-list" aria-label="Earlier commands">
          {shown.map((command) => (
            <li key={command.id} data-state={command.state}>
              <span>
                {commandText(command)}
                <Change command={command} />
              </span>
              <span>
                {commandFate(command)}{' '}
                <time dateTime={command.requested_at}>{formatClock(command.requested_at)}</time>
              </span>
            </li>
          ))}
        </ul>
      )}
      {!all && shown.length < earlier.length && (
        <button
          type="button"
          className="button tiny"
          onClick={() => {
            setAll(true);
          }}
        >
          {earlier.length - shown.length} earlier
        </button>
      )}
    </div>
  );
}

/** What was before and what is since. */
function Change({ command: { before, after } }: { command: Command }) {
  if (before === null || after === null || before === after) return null;
  return (
    <small className="change">
      {brief(before)} → {brief(after)}
    </small>
  );
}

/** A rate as people write it; whatever else a command changes as it is. */
function brief(value: string): string {
  const number = Number(value);
  return value === '' || !Number.isFinite(number) || Number.isInteger(number) ? value : formatRate(number);
}
