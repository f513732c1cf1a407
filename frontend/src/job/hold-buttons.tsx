import type { CommandRequest } from '../api/command';
import type { JobState } from '../api/job';

interface Props {
  state: JobState;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

/** Holds a run and lets it go on; looks at it and keeps it as it is. */
export function HoldButtons({ state, busy, onSend }: Props) {
  const held = state === 'paused' || state === 'suspended';
  const button = (request: CommandRequest, text: string, title: string) => (
    <button
      key={request.type}
      type="button"
      className="button small"
      data-testid={`${request.type.replace('_', '-')}-job`}
      disabled={busy}
      title={title}
      onClick={() => {
        onSend(request);
      }}
    >
      {text}
    </button>
  );
  return (
    <div className="steer-stop">
      <div className="actions">
        {held
          ? button({ type: 'resume' }, 'Resume', 'Go on exactly where it stands')
          : button({ type: 'pause' }, 'Pause', 'Wait at the next batch and keep the trainer')}
        {state !== 'suspended' &&
          button({ type: 'suspend' }, 'Suspend', 'Checkpoint, and give the slot to another job')}
      </div>
      {state !== 'suspended' && (
        <div className="actions">
          {button({ type: 'save_checkpoint' }, 'Save checkpoint', 'Keep a full checkpoint of the next batch')}
          {button({ type: 'evaluate' }, 'Evaluate', 'Go through the validation data now')}
        </div>
      )}
    </div>
  );
}
