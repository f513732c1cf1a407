const MOST_LINES = 500;
const ESCAPE = String.fromCharCode(27);
/** Colours and other orders to a terminal. */
const TERMINAL_ORDERS = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]*[A-Za-z]|\\][^${ESCAPE}\\x07]*(?:\\x07|${ESCAPE}\\\\))`,
  'g',
);

export interface LogTail {
  text: string;
  /** Lines that could be shown: all, or those that hold what is searched for. */
  found: number;
  /** How many of them lie before those in `text`. */
  left: number;
  lines: number;
}

/** The last lines of a log that hold a text, whatever its case, without orders to a terminal. */
export function logTail(log: string, search = ''): LogTail {
  const lines = log.replace(TERMINAL_ORDERS, '').replace(/\n$/, '').split('\n');
  const wanted = search.trim().toLowerCase();
  const found = wanted === '' ? lines : lines.filter((line) => line.toLowerCase().includes(wanted));
  const shown = found.slice(-MOST_LINES);
  return {
    text: shown.join('\n'),
    found: found.length,
    left: found.length - shown.length,
    lines: lines.length,
  };
}
