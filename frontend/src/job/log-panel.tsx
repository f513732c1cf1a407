import { useQuery } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { getLog, logUrl } from '../api/calls';
import { ErrorNotice } from '../ui/notice';
import { logTail } from './log-tail';

const REFRESH_MS = 3000;
const NEAR_END_PX = 40;

interface Props {
  jobId: number;
  ended: boolean;
  failed: boolean;
}

/** The end of the trainer's log; it follows the end while the reader is there. */
export function LogPanel({ jobId, ended, failed }: Props) {
  const [open, setOpen] = useState(failed);
  const box = useRef<HTMLPreElement>(null);
  const following = useRef(true);
  const { data, error } = useQuery({
    queryKey: ['log', jobId, ended],
    queryFn: async ({ signal }) => logTail(await getLog(jobId, signal)),
    enabled: open,
    refetchInterval: ended ? false : REFRESH_MS,
    placeholderData: (before) => before,
  });
  useLayoutEffect(() => {
    const element = box.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [data, open]);
  return (
    <details
      className="card"
      data-testid="log"
      open={open}
      onToggle={(e) => {
        setOpen(e.currentTarget.open);
      }}
    >
      <summary>
        <h2>Log</h2>
        <a className="button small" href={logUrl(jobId)} target="_blank" rel="noreferrer">
          Whole log
        </a>
      </summary>
      {error && <ErrorNotice error={error} />}
      {data !== undefined && (
        <>
          {data.left > 0 && <p className="hint">{data.left} earlier lines are not shown.</p>}
          <pre
            ref={box}
            className="text-block log"
            tabIndex={0}
            aria-label="Log"
            onScroll={(e) => {
              const { scrollHeight, scrollTop, clientHeight } = e.currentTarget;
              following.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
            }}
          >
            {data.text === '' ? 'The log is empty.' : data.text}
          </pre>
        </>
      )}
    </details>
  );
}
