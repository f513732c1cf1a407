// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { job, type Job } from '../api/job';
import { JOB, wire } from '../testing/events';
import { FakeSocket } from '../testing/fake-socket';
import { fakeServer, show, type Asked } from '../testing/page';
import { Steering } from './steering';

const RUNNING: Job = job({
  id: JOB,
  name: 'digits',
  state: 'running',
  created_at: '2026-03-01T12:00:00.000Z',
  learning_rate: 0.001,
  learning_rate_owner: 'optimizer',
});

let asked: Asked[];

beforeEach(() => {
  asked = fakeServer(({ method, body }) => {
    if (method === 'GET') return [200, { items: [] }];
    const command = JSON.parse(body ?? '{}') as object;
    return [202, { id: 'c-1', state: 'pending', requested_at: '2026-03-01T12:00:01.000Z', ...command }];
  });
});
afterEach(cleanup);

async function openPanel(): Promise<void> {
  const live = show(<Steering job={RUNNING} />);
  live.watchJob(JOB);
  await waitFor(() => {
    expect(asked).toHaveLength(1);
  });
}

function sent(): unknown[] {
  return asked
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(body ?? 'null') as unknown);
}

function status(): string {
  return screen.getByTestId('command-status').textContent;
}

describe('steering', () => {
  it('shows a command pending, and then where it was applied', async () => {
    await openPanel();

    fireEvent.change(screen.getByTestId('learning-rate-input'), { target: { value: '5e-4' } });
    fireEvent.click(screen.getByTestId('set-learning-rate'));

    await waitFor(() => {
      expect(status()).toBe('set learning rate to 5e-4 pending…');
    });
    expect(sent()).toEqual([{ type: 'set_learning_rate', value: 0.0005 }]);

    const applied = {
      epoch: 3,
      step: 1420,
      command_id: 'c-1',
      command: 'set_learning_rate',
      message: 'is 0.0005',
    };
    act(() => {
      FakeSocket.newest.say({ events: [wire(0, 'command_applied', applied)] });
    });

    expect(status()).toBe('set learning rate to 5e-4 applied at epoch 3, step 1,420');
  });

  it('shows why a command was rejected', async () => {
    await openPanel();
    fireEvent.click(screen.getByTestId('release-learning-rate'));
    await waitFor(() => {
      expect(status()).toContain('pending');
    });

    const rejected = { command_id: 'c-1', command: 'release_learning_rate', message: 'none was pinned' };
    act(() => {
      FakeSocket.newest.say({ events: [wire(0, 'command_rejected', rejected)] });
    });

    expect(status()).toBe('release learning rate rejected: none was pinned');
  });

  it.each(['', '0', '-1', 'fast', '1001'])('sends no learning rate of "%s"', async (value) => {
    await openPanel();

    fireEvent.change(screen.getByTestId('learning-rate-input'), { target: { value } });
    fireEvent.click(screen.getByTestId('set-learning-rate'));

    expect(screen.getByRole('alert').textContent).toContain('above 0');
    expect(sent()).toEqual([]);
  });

  it('stops at the next batch, or when the epoch ends', async () => {
    await openPanel();

    fireEvent.click(screen.getByTestId('stop-job'));
    await waitFor(() => {
      expect(sent()).toHaveLength(1);
    });
    fireEvent.click(screen.getByLabelText('stop when the epoch ends'));
    fireEvent.click(screen.getByTestId('stop-job'));
    await waitFor(() => {
      expect(sent()).toHaveLength(2);
    });

    expect(sent()).toEqual([{ type: 'stop' }, { type: 'stop', at: 'epoch' }]);
  });

  it('asks before it cancels', async () => {
    await openPanel();

    fireEvent.click(screen.getByTestId('cancel-job'));
    expect(sent()).toEqual([]);
    fireEvent.click(screen.getByTestId('confirm'));

    await waitFor(() => {
      expect(sent()).toEqual([{ type: 'cancel' }]);
    });
  });
});
