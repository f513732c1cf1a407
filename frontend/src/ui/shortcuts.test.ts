// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { act, cleanup, renderHook } from '@testing-library/react';
import { useShortcuts, useShortcutsOff } from './shortcuts';

let pressed: string[] = [];
const actions = { e: () => pressed.push('e'), 'g j': () => pressed.push('g j') };

afterEach(() => {
  cleanup();
  pressed = [];
});

function press(key: string, target: EventTarget = document.body) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}

it('do what they say, alone or one after another', async () => {
  const { unmount } = renderHook(() => {
    useShortcuts(actions);
  });

  press('e');
  press('g');
  await act(() => new Promise((done) => setTimeout(done, 0)));
  press('j');

  expect(pressed).toEqual(['e', 'g j']);
  unmount();
  press('e');
  expect(pressed).toEqual(['e', 'g j']);
});

it('are letters where something is typed', () => {
  renderHook(() => {
    useShortcuts(actions);
  });
  const field = document.body.appendChild(document.createElement('input'));

  press('e', field);

  expect(pressed).toEqual([]);
});

it('can be turned off', () => {
  renderHook(() => {
    useShortcuts(actions);
  });
  const { result } = renderHook(() => useShortcutsOff());

  act(() => {
    result.current[1](true);
  });
  press('e');

  expect(pressed).toEqual([]);
});
