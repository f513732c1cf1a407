import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const KEY = 'signalbox.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** A browser may forbid storage; then the choice lasts as long as the page. */
let chosen: Theme | null = read();

function read(): Theme | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null;
  }
}

function current(): Theme {
  return chosen ?? (dark.matches ? 'dark' : 'light');
}

function show(): void {
  document.documentElement.dataset['theme'] = current();
  for (const listener of listeners) listener();
}

export function startTheme(): void {
  dark.addEventListener('change', show);
  show();
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Remembered for this page only.
  }
  show();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}
