import { useState } from 'react';
import { jobTitle, type Job } from '../api/job';
import { ConfirmDialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';
import { Action } from './action';
import { CommandList } from './command-list';
import { useCheckpoints, useSendCommand } from './commands';
import { EpochsForm } from './epochs-form';
import { ForkDialog } from './fork-dialog';
import { HoldActions } from './hold-actions';
import { LearningRateForm } from './learning-rate-form';
import { RestoreDialog } from './restore-dialog';
import { StopAction } from './stop-action';

type Asking = 'cancel' | 'restore' | 'fork' | null;

/** Every command for a run, each with what it would do, and what became of those that were sent. */
export function Steering({ job }: { job: Job }) {
  const [asking, setAsking] = useState<Asking>(null);
  const send = useSendCommand(job.id);
  const { data: checkpoints = [] } = useCheckpoints(job.id);
  const busy = send.isPending;
  const close = () => {
    setAsking(null);
  };
  const ask = (what: Asking) => () => {
    setAsking(what);
  };
  const ends = job.state === 'stopping';
  return (
    <section className="card" aria-labelledby="steering-title">
      <header className="card-head">
        <h2 id="steering-title">Steering</h2>
        {job.state === 'queued' && <span className="hint">what needs a trainer waits for one</span>}
      </header>
      <CommandList jobId={job.id} />
      {send.error && <ErrorNotice error={send.error} />}
      {!ends && (
        <>
          <LearningRateForm job={job} busy={busy} onSend={send.mutate} />
          <EpochsForm job={job} busy={busy} onSend={send.mutate} />
          <HoldActions job={job} busy={busy} onSend={send.mutate} />
          {checkpoints.length > 0 && (
            <>
              {job.state !== 'suspended' && (
                <Action
                  id="restore-job"
                  verb="Restore…"
                  busy={busy}
                  effect="Puts the weights of one of its checkpoints back."
                  onClick={ask('restore')}
                />
              )}
              <Action
                id="fork-job"
                verb="Fork…"
                busy={busy}
                effect="A new job from one of its checkpoints, with changes; this one trains on."
                onClick={ask('fork')}
              />
            </>
          )}
          <StopAction job={job} busy={busy} onSend={send.mutate} />
        </>
      )}
      <Action
        id="cancel-job"
        verb="Cancel…"
        busy={busy}
        danger
        effect="Ends at once, whatever it is doing; nothing more is saved."
        onClick={ask('cancel')}
      />
      {asking === 'cancel' && (
        <ConfirmDialog
          title={`Cancel ${jobTitle(job)}?`}
          confirm="Cancel the job"
          busy={busy}
          onClose={close}
          onConfirm={() => {
            close();
            send.mutate({ type: 'cancel' });
          }}
        >
          <p>
            It ends at once and keeps only what was saved until now. <b>Stop</b> ends it in order instead:
            callbacks have their last word and a final checkpoint is kept.
          </p>
        </ConfirmDialog>
      )}
      {asking === 'restore' && (
        <RestoreDialog checkpoints={checkpoints} onSend={send.mutate} onClose={close} />
      )}
      {asking === 'fork' && <ForkDialog jobId={job.id} checkpoints={checkpoints} onClose={close} />}
    </section>
  );
}
