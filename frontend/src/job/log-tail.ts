const MOST_LINES = 500;
const ESCAPE = String.fromCharCode(27);
/** Colours and other orders to a terminal. */
const TERMINAL_ORDERS = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]*[A-Za-z]|\\][^${ESCAPE}\\x07]*(?:\\x07|${ESCAPE}\\\\))`,
  'g',
);

/** The last lines of a log, without orders to a terminal, and how many lines lie before them. */
export function logTail(log: string): { text: string; left: number } {
  const lines = log.replace(/\n$/, '').split('\n');
  const shown = lines.slice(-MOST_LINES);
  return { text: shown.join('\n').replace(TERMINAL_ORDERS, ''), left: lines.length - shown.length };
}
