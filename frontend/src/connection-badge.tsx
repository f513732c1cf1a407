import { useConnection } from './live/context';

const WORDS = { connecting: 'connecting…', live: 'live', reconnecting: 'reconnecting…' };

/** Whether what is shown is what is. */
export function ConnectionBadge() {
  const { state, fault } = useConnection();
  return (
    <span
      className="connection"
      data-state={fault === null ? state : 'fault'}
      data-testid="connection-state"
      role="status"
    >
      <span className="lamp" aria-hidden="true" />
      {fault === null ? WORDS[state] : <span title={fault}>not understood: reload the page</span>}
    </span>
  );
}
