import { useState } from 'react';
import { checkpointUrl } from '../api/calls';
import type { Checkpoint } from '../api/checkpoint';
import { formatBytes, formatCount, formatNumber } from '../format/number';
import { formatClock, formatDateTime } from '../format/time';
import { ErrorNotice } from '../ui/notice';
import { useCheckpoints, useSendCommand } from './commands';
import { ForkDialog } from './fork-dialog';
import { RestoreDialog } from './restore-dialog';

const MOST_METRICS = 4;

export function Checkpoints({ jobId, ended }: { jobId: number; ended: boolean }) {
  const { data: newestFirst = [], error } = useCheckpoints(jobId);
  return (
    <section className="card" aria-labelledby="checkpoints-title">
      <header className="card-head">
        <h2 id="checkpoints-title">Checkpoints</h2>
        <span className="hint">{newestFirst.length > 0 && formatCount(newestFirst.length)}</span>
      </header>
      {error && <ErrorNotice error={error} />}
      {newestFirst.length === 0 ? (
        <p className="hint">None yet. Callbacks save some; one is kept when the job ends.</p>
      ) : (
        <div className="scroll" tabIndex={0} role="group" aria-label="Checkpoints">
          <table>
            <thead>
              <tr>
                <th>Name</th>
                <th className="num">Epoch</th>
                <th className="num">Step</th>
                <th>Metrics</th>
                <th className="num">Size</th>
                <th>Saved</th>
                <th>
                  <span className="sr">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {newestFirst.map((checkpoint) => (
                <Row key={checkpoint.name} jobId={jobId} checkpoint={checkpoint} ended={ended} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ jobId, checkpoint, ended }: { jobId: number; checkpoint: Checkpoint; ended: boolean }) {
  const [asking, setAsking] = useState<'fork' | 'restore' | null>(null);
  const close = () => {
    setAsking(null);
  };
  const send = useSendCommand(jobId);
  const { name, epoch, step, metrics, bytes, created_at, kind, tags } = checkpoint;
  return (
    <tr data-testid={`checkpoint-row-${name}`}>
      <td>
        <span className="mono">{name}</span>
        {kind !== 'full' && <span className="tag">{kind}</span>}
        {tags.map((tag) => (
          <span key={tag} className="tag strong">
            {tag}
          </span>
        ))}
      </td>
      <td className="num">{epoch ?? '–'}</td>
      <td className="num">{step === null ? '–' : formatCount(step)}</td>
      <td className="metrics-cell">
        {[...metrics].slice(0, MOST_METRICS).map(([metric, value]) => (
          <span key={metric}>
            {metric} <b>{formatNumber(value)}</b>
          </span>
        ))}
      </td>
      <td className="num">{formatBytes(bytes)}</td>
      <td>
        <time dateTime={created_at} title={formatDateTime(created_at)}>
          {formatClock(created_at)}
        </time>
      </td>
      <td>
        <span className="actions end">
          <a
            className="button small"
            href={checkpointUrl(jobId, name)}
            download
            data-testid={`download-${name}`}
            aria-label={`Download checkpoint ${name}`}
          >
            Download
          </a>
          <button
            type="button"
            className="button small"
            data-testid={`fork-${name}`}
            aria-label={`Fork from checkpoint ${name}`}
            onClick={() => {
              setAsking('fork');
            }}
          >
            Fork…
          </button>
          {!ended && (
            <button
              type="button"
              className="button small"
              data-testid={`restore-${name}`}
              aria-label={`Restore checkpoint ${name}`}
              disabled={send.isPending}
              onClick={() => {
                setAsking('restore');
              }}
            >
              Restore…
            </button>
          )}
        </span>
        {send.error && <ErrorNotice error={send.error} />}
        {asking === 'restore' && (
          <RestoreDialog checkpoints={[checkpoint]} onSend={send.mutate} onClose={close} />
        )}
        {asking === 'fork' && <ForkDialog jobId={jobId} checkpoints={[checkpoint]} onClose={close} />}
      </td>
    </tr>
  );
}
