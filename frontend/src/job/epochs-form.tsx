import { useState } from 'react';
import type { CommandRequest } from '../api/command';
import { hasEnded, type Job } from '../api/job';
import { formatDuration } from '../format/time';
import { entered, NumberForm } from './number-form';

const MOST = 1_000_000;

interface Props {
  job: Job;
  busy: boolean;
  onSend: (request: CommandRequest) => void;
}

/** Trains longer or shorter; a job that has ended goes on. */
export function EpochsForm({ job, busy, onSend }: Props) {
  const [text, setText] = useState('');
  const now = job.progress?.epochs ?? 0;
  const done = job.progress?.epoch ?? 0;
  const ended = hasEnded(job.state);
  const epochs = entered(text);
  return (
    <NumberForm
      id="epochs"
      label="Epochs"
      now={now}
      placeholder={String(now)}
      text={text}
      onText={setText}
      fault={epochsFault(epochs, ended ? done + 1 : Math.max(1, done))}
      effect={
        <>
          <b>
            {now} → {epochs}
          </b>{' '}
          {ended
            ? 'Goes on from its last full checkpoint, as if it had never ended'
            : epochs < now
              ? 'Ends sooner'
              : 'Trains longer'}
          {leftText(job, epochs)}.
        </>
      }
      verb={ended ? 'Go on' : 'Set'}
      busy={busy}
      onSubmit={() => {
        onSend({ type: 'set_epochs', epochs });
        setText('');
      }}
    />
  );
}

function epochsFault(epochs: number, least: number): string | null {
  if (!Number.isInteger(epochs) || epochs < 1 || epochs > MOST) return 'A whole number, 1 or more.';
  return epochs < least ? `${least} or more: the others are done.` : null;
}

/** How many epochs there would be to go, and about how long they take at the pace of now. */
function leftText(job: Job, epochs: number): string {
  const { progress } = job;
  if (progress === null) return '';
  const left = epochs - progress.epoch;
  const leftNow = progress.epochs - progress.epoch;
  const text = `: ${left} ${left === 1 ? 'epoch' : 'epochs'} to go`;
  if (progress.eta_seconds === null || leftNow <= 0) return text;
  return `${text}, about ${formatDuration((progress.eta_seconds * left) / leftNow)}`;
}
