import { useState } from 'react';
import type { Checkpoint } from '../api/checkpoint';
import type { CommandRequest } from '../api/command';
import { formatPlace } from '../format/place';
import { ConfirmDialog } from '../ui/dialog';

interface Props {
  /** Those to choose from; at least one. */
  checkpoints: readonly Checkpoint[];
  onSend: (request: CommandRequest) => void;
  onClose: () => void;
}

/** Puts a checkpoint's weights back into a run: those of now are lost unless they are saved first. */
export function RestoreDialog({ checkpoints, onSend, onClose }: Props) {
  const [name, setName] = useState(checkpoints[0]?.name ?? '');
  const [weightsOnly, setWeightsOnly] = useState(false);
  const chosen = checkpoints.find((checkpoint) => checkpoint.name === name);
  const onlyWeights = weightsOnly || chosen?.kind !== 'full';
  return (
    <ConfirmDialog
      title="Put a checkpoint's weights back?"
      confirm="Restore"
      onClose={onClose}
      onConfirm={() => {
        onSend({ type: 'restore_checkpoint', name, ...(onlyWeights ? { weights_only: true } : {}) });
        onClose();
      }}
    >
      <label className="field">
        Checkpoint
        <select
          data-testid="restore-which"
          value={name}
          onChange={(e) => {
            setName(e.target.value);
          }}
        >
          {checkpoints.map((checkpoint) => (
            <option key={checkpoint.name} value={checkpoint.name}>
              {checkpoint.name} ({formatPlace(checkpoint)})
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={onlyWeights}
          disabled={chosen?.kind !== 'full'}
          onChange={(e) => {
            setWeightsOnly(e.target.checked);
          }}
        />
        weights only, the optimizer keeps its memory
      </label>
      <p>
        At the next batch the weights of now are replaced; they are lost unless a checkpoint has them. Step,
        epoch and the place in the data stay.
      </p>
    </ConfirmDialog>
  );
}
