// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { atOnce } from '../testing/events';
import { FakeSocket } from '../testing/fake-socket';
import { Live } from './live';

afterEach(() => {
  vi.useRealTimers();
});

/** How long a dashboard that draws this number waits when the server was there and is gone. */
function wait(drawn: number): number {
  vi.useFakeTimers();
  FakeSocket.all = [];
  const live = new Live({
    create: () => new FakeSocket(),
    schedule: atOnce,
    random: () => drawn,
    onBroken: vi.fn(),
  });
  live.start();
  FakeSocket.newest.open();
  FakeSocket.newest.break();
  let ms = 0;
  for (; FakeSocket.all.length === 1; ms++) vi.advanceTimersByTime(1);
  live.stop();
  return ms;
}

it('comes back after a while of its own, so that not all dashboards come at once', () => {
  expect([wait(0), wait(0.5), wait(1)]).toEqual([125, 187, 250]);
});
