import { useState } from 'react';
import type { CommandRequest } from '../api/command';
import type { Job } from '../api/job';
import { formatCount } from '../format/number';
import { Action } from './action';

interface Props {
  job: Job;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

/** Holds a run and lets it go on; looks at it and keeps it as it is. */
export function HoldActions({ job, busy, onSend }: Props) {
  const step = formatCount(job.progress?.step ?? 0);
  const { state } = job;
  return (
    <>
      {state === 'paused' || state === 'suspended' ? (
        <Action
          id="resume-job"
          verb="Resume"
          busy={busy}
          effect={
            state === 'paused'
              ? `Goes on at once, exactly at step ${step}.`
              : `Is queued again, and goes on exactly at step ${step}.`
          }
          onClick={() => {
            onSend({ type: 'resume' });
          }}
        />
      ) : (
        <Action
          id="pause-job"
          verb="Pause"
          busy={busy}
          effect="Waits at the next batch; keeps its trainer and its slot. The time counts against nothing."
          onClick={() => {
            onSend({ type: 'pause' });
          }}
        />
      )}
      {state !== 'suspended' && (
        <>
          <Action
            id="suspend-job"
            verb="Suspend"
            busy={busy}
            effect="Checkpoints and frees its slot for another job; resumed, it goes on exactly there."
            onClick={() => {
              onSend({ type: 'suspend' });
            }}
          />
          <Action
            id="evaluate-job"
            verb="Evaluate"
            busy={busy}
            effect="One pass over the validation data with the weights of now."
            onClick={() => {
              onSend({ type: 'evaluate' });
            }}
          />
          <SaveCheckpoint step={step} busy={busy} onSend={onSend} />
        </>
      )}
    </>
  );
}

function SaveCheckpoint({ step, busy, onSend }: { step: string; busy: boolean; onSend: Props['onSend'] }) {
  const [name, setName] = useState('');
  return (
    <Action
      id="save-checkpoint-job"
      verb="Save"
      busy={busy}
      effect={`Keeps a full checkpoint of the next batch as ${name.trim() === '' ? `step-… (now at ${step})` : name.trim()}.`}
      onClick={() => {
        onSend({ type: 'save_checkpoint', ...(name.trim() === '' ? {} : { name: name.trim() }) });
        setName('');
      }}
    >
      <input
        className="small"
        aria-label="Name of the checkpoint"
        data-testid="checkpoint-name"
        placeholder="name, if you like"
        autoComplete="off"
        value={name}
        onChange={(e) => {
          setName(e.target.value);
        }}
      />
    </Action>
  );
}
