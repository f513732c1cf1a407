import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { sendCommand } from '../api/calls';
import type { Command, CommandRequest } from '../api/command';
import { jobTitle, type Job } from '../api/job';
import { ConfirmDialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';
import { CommandList } from './command-list';
import { LearningRateForm } from './learning-rate-form';

/** Stops a run, ends it, and takes its learning rate in hand. */
export function Steering({ job }: { job: Job }) {
  const client = useQueryClient();
  const [confirming, setConfirming] = useState(false);
  const [atEpoch, setAtEpoch] = useState(false);
  const [restoreBest, setRestoreBest] = useState(false);
  const send = useMutation({
    mutationFn: (request: CommandRequest) => sendCommand(job.id, request),
    onSuccess: (command) => {
      client.setQueryData<Command[]>(['commands', job.id], (before = []) => [
        ...before.filter(({ id }) => id !== command.id),
        command,
      ]);
    },
  });
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
