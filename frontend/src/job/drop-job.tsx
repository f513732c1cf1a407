import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { deleteJob } from '../api/calls';
import { jobTitle, type Job } from '../api/job';
import { useLive } from '../live/context';
import { ConfirmDialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';
import { CommandList } from './command-list';
import { useSendCommand } from './commands';
import { EpochsForm } from './epochs-form';

/** A job that has ended: what was asked of it, the way to have it go on, and the way to be rid of it. */
export function DropJob({ job }: { job: Job }) {
  const [confirming, setConfirming] = useState(false);
  const client = useQueryClient();
  const live = useLive();
  const navigate = useNavigate();
  const send = useSendCommand(job.id);
  const drop = useMutation({
    mutationFn: () => deleteJob(job.id),
    onSuccess: async () => {
      await navigate('/');
      live.forget(job.id);
      client.removeQueries({ queryKey: ['job', job.id] });
      await client.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  return (
    <section className="card" aria-labelledby="ended-title">
      <header className="card-head">
        <h2 id="ended-title">Ended</h2>
        <button
          type="button"
          className="button small danger"
          data-testid="drop-job"
          onClick={() => {
            setConfirming(true);
          }}
        >
          Drop…
        </button>
      </header>
      <EpochsForm job={job} busy={send.isPending} onSend={send.mutate} />
      <CommandList jobId={job.id} ended />
      {send.error && <ErrorNotice error={send.error} />}
      {drop.error && <ErrorNotice error={drop.error} />}
      {confirming && (
        <ConfirmDialog
          title={`Drop ${jobTitle(job)}?`}
          confirm="Drop the job"
          busy={drop.isPending}
          onClose={() => {
            setConfirming(false);
          }}
          onConfirm={() => {
            setConfirming(false);
            drop.mutate();
          }}
        >
          <p>Its history, its log and its checkpoints are deleted. This cannot be undone.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
