import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { forkJob } from '../api/calls';
import type { Checkpoint } from '../api/checkpoint';
import { formatPlace } from '../format/place';
import { Dialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';

/** What of a spec can change for a fork that goes on in the middle of things. */
const GOES_ON: ReadonlySet<string> = new Set([
  'name',
  'experiment',
  'tags',
  'seed',
  'epochs',
  'callbacks',
  'resources',
  'priority',
  'retries',
  'log_every',
  'optimizer',
  'loss',
]);

interface Props {
  jobId: number;
  /** Those to choose from, the one that is meant first; at least one. */
  checkpoints: readonly Checkpoint[];
  onClose: () => void;
}

/** A new job that goes on from a checkpoint, with changes to the spec. */
export function ForkDialog({ jobId, checkpoints, onClose }: Props) {
  const [name, setName] = useState(checkpoints[0]?.name ?? 'latest');
  const [changes, setChanges] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const checkpoint = checkpoints.find((one) => one.name === name);
  const fork = useMutation({
    mutationFn: () => forkJob(jobId, name, changes),
    onSuccess: async (child) => {
      await client.invalidateQueries({ queryKey: ['jobs'] });
      await navigate(`/jobs/${child.id}`);
    },
  });
  return (
    <Dialog
      title="Fork"
      onClose={onClose}
      actions={
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
      }
    >
      <label className="field">
        From checkpoint
        <select
          data-testid="fork-which"
          value={name}
          onChange={(e) => {
            setName(e.target.value);
          }}
        >
          {checkpoints.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name} ({formatPlace(one)})
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>
          Changes to the spec <small>YAML; null takes a field out</small>
        </span>
        <textarea
          className="mono"
          data-testid="fork-changes"
          rows={7}
          spellCheck={false}
          placeholder={'optimizer: {learning_rate: 1.0e-4}\nepochs: 40'}
          value={changes}
          onChange={(e) => {
            setChanges(e.target.value);
          }}
        />
      </label>
      {checkpoint && <p className="effect">{effect(checkpoint, changes)}</p>}
      {fork.error && <ErrorNotice error={fork.error} />}
    </Dialog>
  );
}

function effect(checkpoint: Checkpoint, changes: string): string {
  const changed = [...changes.matchAll(/^([a-z_]+):/gm)].map((match) => match[1] ?? '');
  const others = changed.filter((field) => !GOES_ON.has(field));
  if (checkpoint.kind !== 'full') return 'Begins at epoch 0 with these weights: no optimizer is kept here.';
  if (others.length > 0)
    return `Begins at epoch 0 with these weights: nothing can go on with another ${others.join(', ')}.`;
  return `Goes on exactly where the checkpoint was taken, at ${formatPlace(checkpoint)}.`;
}
