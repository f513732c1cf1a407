import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { forkJob } from '../api/calls';
import { ErrorNotice } from '../ui/notice';

interface Props {
  jobId: number;
  checkpoint: string;
  onClose: () => void;
}

/** A new job that goes on from a checkpoint, with changes to the spec. */
export function ForkDialog({ jobId, checkpoint, onClose }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const [changes, setChanges] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  const fork = useMutation({
    mutationFn: () => forkJob(jobId, checkpoint, changes),
    onSuccess: async (child) => {
      await client.invalidateQueries({ queryKey: ['jobs'] });
      await navigate(`/jobs/${child.id}`);
    },
  });
  return (
    <dialog ref={ref} className="dialog" aria-labelledby="fork-title" onClose={onClose}>
      <h2 id="fork-title">Fork from checkpoint {checkpoint}</h2>
      <div className="dialog-body">
        <label className="field">
          <span>
            Changes to the spec <small>YAML; null takes a field out</small>
          </span>
          <textarea
            className="mono"
            data-testid="fork-changes"
            rows={8}
            spellCheck={false}
            placeholder={'optimizer: {learning_rate: 1.0e-4}\nepochs: 40'}
            value={changes}
            onChange={(e) => {
              setChanges(e.target.value);
            }}
          />
        </label>
        {fork.error && <ErrorNotice error={fork.error} />}
      </div>
      <div className="actions end">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
        <button
          type="button"
          className="button solid"
          data-testid="fork-submit"
          disabled={fork.isPending}
          onClick={() => {
            fork.mutate();
          }}
        >
          Fork
        </button>
      </div>
    </dialog>
  );
}
