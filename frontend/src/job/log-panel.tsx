import { useQuery } from '@tanstack/react-query';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { getLog, logUrl } from '../api/calls';
import { formatCount } from '../format/number';
import { ErrorNotice } from '../ui/notice';
import { logTail } from './log-tail';

const REFRESH_MS = 3000;
const NEAR_END_PX = 40;

interface Props {
  jobId: number;
  ended: boolean;
  failed: boolean;
}

/** The trainer's log: its end, or the lines that hold what is searched for. It follows the end while that is wished. */
export function LogPanel({ jobId, ended, failed }: Props) {
  const [open, setOpen] = useState(failed);
  const [follow, setFollow] = useState(true);
  const [search, setSearch] = useState('');
  const box = useRef<HTMLPreElement>(null);
  const { data, error } = useQuery({
    queryKey: ['log', jobId, ended],
    queryFn: ({ signal }) => getLog(jobId, signal),
    enabled: open,
    refetchInterval: ended ? false : REFRESH_MS,
    placeholderData: (before) => before,
  });
  const tail = useMemo(() => (data === undefined ? null : logTail(data, search)), [data, search]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follow) element.scrollTop = element.scrollHeight;
  }, [tail, open, follow]);
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
      </summary>
      {error && <ErrorNotice error={error} />}
      {tail !== null && (
        <>
          <div className="log-tools">
            <input
              type="search"
              placeholder="Search the log"
              aria-label="Search the log"
              data-testid="log-search"
              value={search}
              onChange={(e) => {
                setSearch(e.target.value);
              }}
            />
            <label className="check">
              <input
                type="checkbox"
                checked={follow}
                onChange={(e) => {
                  setFollow(e.target.checked);
                }}
              />
              follow the end
            </label>
            <span className="hint" role="status">
              {search.trim() === ''
                ? `${formatCount(tail.lines)} lines`
                : `${formatCount(tail.found)} of ${formatCount(tail.lines)} lines`}
              {tail.left > 0 && `, ${formatCount(tail.left)} earlier ones not shown`}
            </span>
            <a className="button small" href={logUrl(jobId)} target="_blank" rel="noreferrer">
              Whole log
            </a>
          </div>
          <pre
            ref={box}
            className="text-block log"
            tabIndex={0}
            aria-label="Log"
            onScroll={(e) => {
              const { scrollHeight, scrollTop, clientHeight } = e.currentTarget;
              setFollow(scrollHeight - scrollTop - clientHeight < NEAR_END_PX);
            }}
          >
            {tail.found === 0 ? 'No line holds that.' : tail.text === '' ? 'The log is empty.' : tail.text}
          </pre>
        </>
      )}
    </details>
  );
}
