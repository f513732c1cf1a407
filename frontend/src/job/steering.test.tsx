// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { job, type Job } from '../api/job';
import { JOB, wire } from '../testing/events';
import { FakeSocket } from '../testing/fake-socket';
import { fakeServer, show, type Asked } from '../testing/page';
import { ForkDialog } from './fork-dialog';
import { Steering } from './steering';

const wireJob = {
  id: JOB,
  name: 'digits',
  state: 'running',
  created_at: '2026-03-01T12:00:00.000Z',
  learning_rate: 0.001,
  learning_rate_owner: 'optimizer',
};
const RUNNING: Job = job(wireJob);

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

  it.each(['pause', 'suspend', 'save-checkpoint', 'evaluate'])('sends %s', async (name) => {
    await openPanel();

    fireEvent.click(screen.getByTestId(`${name}-job`));

    await waitFor(() => {
      expect(sent()).toEqual([{ type: name.replace('-', '_') }]);
    });
  });

  it.each(['paused', 'suspended'] as const)('resumes a job that is %s', async (state) => {
    show(<Steering job={{ ...RUNNING, state }} />);

    expect(screen.queryByTestId('pause-job')).toBeNull();
    fireEvent.click(screen.getByTestId('resume-job'));

    await waitFor(() => {
      expect(sent()).toEqual([{ type: 'resume' }]);
    });
  });

  it('sets epochs, but only whole ones', async () => {
    await openPanel();

    fireEvent.change(screen.getByTestId('epochs-input'), { target: { value: '2.5' } });
    fireEvent.click(screen.getByTestId('set-epochs'));
    expect(screen.getByRole('alert').textContent).toContain('whole number');
    fireEvent.change(screen.getByTestId('epochs-input'), { target: { value: '40' } });
    fireEvent.click(screen.getByTestId('set-epochs'));

    await waitFor(() => {
      expect(status()).toBe('set epochs to 40 pending…');
    });
  });

  it('forks from a checkpoint with changes in YAML, and shows the new job', async () => {
    const calls = fakeServer(() => [201, { ...wireJob, id: 99 }]);
    show(<ForkDialog jobId={JOB} checkpoint="best" onClose={() => undefined} />);

    fireEvent.change(screen.getByTestId('fork-changes'), { target: { value: 'epochs: 40\nseed: 1' } });
    fireEvent.click(screen.getByTestId('fork-submit'));

    await waitFor(() => {
      expect(screen.getByTestId('where').textContent).toBe('/jobs/99');
    });
    expect(calls[0]?.path).toBe(`/jobs/${JOB}/fork`);
    expect(calls[0]?.body).toBe('checkpoint: "best"\nchanges:\n  epochs: 40\n  seed: 1\n');
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
