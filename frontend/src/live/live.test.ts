// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atOnce, batchEnd, JOB, trainBegin } from '../testing/events';
import { FakeSocket } from '../testing/fake-socket';
import { Live } from './live';

const LONGEST_WAIT_MS = 10_000;

let live: Live;
const broken = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  broken.mockClear();
  live = new Live({ create: () => new FakeSocket(), schedule: atOnce, random: () => 1, onBroken: broken });
  live.start();
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

function steps(): readonly number[] {
  return live.jobStore(JOB).snapshot().steps.x;
}

describe('Live', () => {
  it('asks for what is watched once the connection stands', () => {
    live.watchJobs();
    live.watchJob(JOB);

    FakeSocket.newest.open();

    expect(FakeSocket.newest.sent).toEqual([
      { subscribe: 'jobs' },
      { subscribe: 'job', job_id: JOB, after: -1 },
    ]);
    expect(live.status().state).toBe('live');
  });

  it('asks for the summaries of those jobs alone that somebody looks at', () => {
    const { sent } = FakeSocket.newest.open();
    const stopOne = live.watchJobs([3]);
    const stopSome = live.watchJobs([3, 4]);
    const stopAll = live.watchJobs();
    stopAll();
    stopSome();
    stopOne();

    expect(sent).toEqual([
      { subscribe: 'jobs', job_ids: [3] },
      { subscribe: 'jobs', job_ids: [3, 4] },
      { subscribe: 'jobs' },
      { subscribe: 'jobs', job_ids: [3, 4] },
      { subscribe: 'jobs', job_ids: [3] },
      { unsubscribe: 'jobs' },
    ]);
  });

  it('asks after a reconnect for what follows what it holds: no gap and no double point', () => {
    live.watchJob(JOB);
    FakeSocket.newest.open().say({ events: [trainBegin(0), batchEnd(1, 0, 2), batchEnd(2, 1, 1)] });

    FakeSocket.newest.break();
    expect(live.status().state).toBe('reconnecting');
    vi.advanceTimersByTime(LONGEST_WAIT_MS);
    const second = FakeSocket.newest.open();
    second.say({ events: [batchEnd(2, 1, 1), batchEnd(3, 2, 0.5)] });

    expect(FakeSocket.all).toHaveLength(2);
    expect(second.sent).toEqual([{ subscribe: 'job', job_id: JOB, after: 2 }]);
    expect(steps()).toEqual([0, 1, 2]);
    expect(live.status()).toMatchObject({ state: 'live', connections: 2 });
  });

  it('asks again, once, where events are missing in between', () => {
    live.watchJob(JOB);
    const socket = FakeSocket.newest.open();
    socket.say({ events: [trainBegin(0), batchEnd(1, 0, 2)] });

    socket.say({ events: [batchEnd(3, 2, 1)] });
    socket.say({ events: [batchEnd(4, 3, 1)] });
    socket.say({ events: [batchEnd(2, 1, 1), batchEnd(3, 2, 1), batchEnd(4, 3, 1)] });

    expect(socket.sent.slice(1)).toEqual([{ subscribe: 'job', job_id: JOB, after: 1 }]);
    expect(steps()).toEqual([0, 1, 2, 3]);
  });

  it('waits longer after each failure, up to ten seconds', () => {
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure++) {
      const tries = FakeSocket.all.length;
      FakeSocket.newest.break();
      let waited = 0;
      while (FakeSocket.all.length === tries) {
        vi.advanceTimersByTime(50);
        waited += 50;
      }
      waits.push(waited);
    }

    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(broken).toHaveBeenCalledTimes(8);
  });

  it('begins anew with short waits after a connection stood', () => {
    for (let failure = 0; failure < 4; failure++) {
      FakeSocket.newest.break();
      vi.advanceTimersByTime(LONGEST_WAIT_MS);
    }
    FakeSocket.newest.open().break();

    vi.advanceTimersByTime(250);

    expect(FakeSocket.all).toHaveLength(6);
  });

  it('tries at once when somebody looks', () => {
    FakeSocket.newest.break();

    live.retryNow();

    expect(FakeSocket.all).toHaveLength(2);
  });

  it('hears nothing of a connection that it gave up', () => {
    live.watchJob(JOB);
    const old = FakeSocket.newest.open();
    live.restart();

    old.say({ events: [trainBegin(0)] });

    expect(old.closed).toBe(true);
    expect(live.jobStore(JOB).lastSeq).toBe(-1);
  });

  it('gives up a connection that keeps silent about what the server is known to have', () => {
    live.watchJob(JOB);
    FakeSocket.newest.open().say({ events: [trainBegin(0)] });

    vi.advanceTimersByTime(11_000);
    live.expect(JOB, 5);

    expect(live.status().state).toBe('reconnecting');
  });

  it('says when it does not understand', () => {
    FakeSocket.newest.open().say({ events: [{ seq: 'x' }] });

    expect(live.status().fault).toContain('/events/0/seq');
  });

  it('stops listening when the last watcher leaves, and goes on from there for the next', () => {
    const socket = FakeSocket.newest.open();
    const leave = live.watchJob(JOB);
    const leaveToo = live.watchJob(JOB);
    socket.say({ events: [trainBegin(0)] });

    leave();
    leaveToo();
    live.watchJob(JOB);

    expect(socket.sent).toEqual([
      { subscribe: 'job', job_id: JOB, after: -1 },
      { unsubscribe: 'job', job_id: JOB },
      { subscribe: 'job', job_id: JOB, after: 0 },
    ]);
  });
});
