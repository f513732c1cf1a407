import { useState } from 'react';
import { jobTitle, type Job } from '../api/job';
import { ConfirmDialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';
import { CommandList } from './command-list';
import { useSendCommand } from './commands';
import { EpochsForm } from './epochs-form';
import { HoldButtons } from './hold-buttons';
import { LearningRateForm } from './learning-rate-form';

/** Holds a run, stops it, ends it, and takes its epochs and its learning rate in hand. */
export function Steering({ job }: { job: Job }) {
  const [confirming, setConfirming] = useState(false);
  const [atEpoch, setAtEpoch] = useState(false);
  const [restoreBest, setRestoreBest] = useState(false);
  const send = useSendCommand(job.id);
  const stop = () => {
    send.mutate({
      type: 'stop',
      ...(atEpoch ? { at: 'epoch' as const } : {}),
      ...(restoreBest ? { restore_best: true } : {}),
    });
  };
  return (
    <section className="card" aria-labelledby="steering-title">
      <header className="card-head">
        <h2 id="steering-title">Steering</h2>
      </header>
      <LearningRateForm job={job} busy={send.isPending} onSend={send.mutate} />
      <EpochsForm job={job} busy={send.isPending} onSend={send.mutate} />
      <HoldButtons state={job.state} busy={send.isPending} onSend={send.mutate} />
      <div className="steer-stop">
        <div className="actions">
          <button
            type="button"
            className="button"
            data-testid="stop-job"
            disabled={send.isPending}
            onClick={stop}
          >
            Stop
          </button>
          <button
            type="button"
            className="button danger"
            data-testid="cancel-job"
            disabled={send.isPending}
            onClick={() => {
              setConfirming(true);
            }}
          >
            Cancel…
          </button>
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={atEpoch}
            onChange={(e) => {
              setAtEpoch(e.target.checked);
            }}
          />
          stop when the epoch ends
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={restoreBest}
            onChange={(e) => {
              setRestoreBest(e.target.checked);
            }}
          />
          and put the best weights back
        </label>
      </div>
      {send.error && <ErrorNotice error={send.error} />}
      <CommandList jobId={job.id} />
      {confirming && (
        <ConfirmDialog
          title={`Cancel ${jobTitle(job)}?`}
          confirm="Cancel the job"
          busy={send.isPending}
          onClose={() => {
            setConfirming(false);
          }}
          onConfirm={() => {
            setConfirming(false);
            send.mutate({ type: 'cancel' });
          }}
        >
          <p>
            It ends at once and keeps only what was saved until now. <b>Stop</b> ends it in order instead:
            callbacks have their last word and a final checkpoint is kept.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
