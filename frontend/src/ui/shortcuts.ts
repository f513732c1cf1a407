import { useEffect, useSyncExternalStore } from 'react';

const KEY = 'signalbox.shortcuts';
/** A first key waits so long for the second. */
const CHORD_MS = 1500;
const listeners = new Set<() => void>();

/** A browser may forbid storage; then the choice lasts as long as the page. */
let off = read();

function read(): boolean {
  try {
    return localStorage.getItem(KEY) === 'off';
  } catch {
    return false;
  }
}

/** Single keys can be in the way of those who speak to their computer: they can be turned off. */
export function useShortcutsOff(): [boolean, (off: boolean) => void] {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => off,
  );
  return [current, turn];
}

function turn(wanted: boolean): void {
  off = wanted;
  try {
    localStorage.setItem(KEY, wanted ? 'off' : 'on');
  } catch {
    // Remembered for this page only.
  }
  for (const listener of listeners) listener();
}

let first: { key: string; at: number } | null = null;

/** What a key asks for, alone or after another: `e`, `g j`. Null where it is typed into something. */
export function keysOf(event: KeyboardEvent, now: number): string[] {
  const target = event.target as Partial<HTMLElement> | null;
  const typing =
    /^(input|textarea|select)$/i.test(target?.tagName ?? '') || target?.isContentEditable === true;
  if (off || typing || event.ctrlKey || event.metaKey || event.altKey) return [];
  const before = first !== null && now - first.at < CHORD_MS ? first.key : null;
  return [...(before === null ? [] : [`${before} ${event.key}`]), event.key];
}

window.addEventListener(
  'keydown',
  (event) => {
    // After all others have seen it.
    setTimeout(() => {
      first = { key: event.key, at: Date.now() };
    }, 0);
  },
  { capture: true },
);

/** Keys that do something while the component is shown. */
export function useShortcuts(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]') !== null) return;
      for (const keys of keysOf(event, Date.now())) {
        const action = actions[keys];
        if (action === undefined) continue;
        event.preventDefault();
        action();
        return;
      }
    };
    window.addEventListener('keydown', pressed);
    return () => {
      window.removeEventListener('keydown', pressed);
    };
  }, [actions]);
}
