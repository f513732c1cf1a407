const KEY = 'signalbox.draft';

/** What was being written in this tab; null for nothing. */
export function readDraft(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Keeps it while the tab is open. A browser may forbid storage; then it is kept while the page is. */
export function writeDraft(text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, text);
  } catch {
    // Nothing to do.
  }
}
