import { formatClock } from '../format/time';
import { commandFate, commandText, useCommands } from './commands';

const MOST_EARLIER = 5;

/** What was asked of the job and what became of it; the newest is said aloud when it changes. */
export function CommandList({ jobId, ended = false }: { jobId: number; ended?: boolean }) {
  const [latest, ...earlier] = useCommands(jobId);
  if (ended && latest === undefined) return null;
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
          </>
        ) : (
          <span className="hint">Commands take effect at the next batch; here you see when.</span>
        )}
      </p>
      {earlier.length > 0 && (
        <ul className="command-list" aria-label="Earlier commands">
          {earlier.slice(0, MOST_EARLIER).map((command) => (
            <li key={command.id} data-state={command.state}>
              <span>{commandText(command)}</span>
              <span>
                {commandFate(command)}{' '}
                <time dateTime={command.requested_at}>{formatClock(command.requested_at)}</time>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
