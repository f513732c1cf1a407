// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { job, type Job } from '../api/job';
import { JOB, wire } from '../testing/events';
import { FakeSocket } from '../testing/fake-socket';
import { fakeServer, show, type Asked } from '../testing/page';
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

const FULL = {
  name: 'best',
  epoch: 3,
  step: 400,
  bytes: 10,
  created_at: '2026-03-01T12:00:00.000Z',
  kind: 'full',
};

beforeEach(() => {
  const taken: object[] = [];
  asked = fakeServer(({ method, path, body }) => {
    if (method === 'GET') return [200, path.endsWith('/checkpoints') ? [FULL] : { items: taken }];
    const command = JSON.parse(body ?? '{}') as object;
    taken.push({
      id: `c-${taken.length + 1}`,
      state: 'pending',
      requested_at: '2026-03-01T12:00:01.000Z',
      ...command,
    });
    return [202, taken.at(-1)];
  });
});
afterEach(cleanup);

async function openPanel(running = RUNNING, whole = 'restore-job'): Promise<void> {
  const live = show(<Steering job={running} />);
  live.watchJob(JOB);
  await screen.findByTestId(whole);
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
    await openPanel({ ...RUNNING, learning_rate_owner: 'command' });
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

  it('shows what a learning rate would do before it is sent', async () => {
    await openPanel({ ...RUNNING, learning_rate_owner: 'plateau' });

    fireEvent.click(screen.getByLabelText('Learning rate times 0.5'));
    fireEvent.change(screen.getByTestId('until-epoch'), { target: { value: '12' } });

    expect(
      screen.getByText(/after the next batch, until epoch 12 begins\. Then plateau has it again\./)
        .textContent,
    ).toContain('0.001 → 5e-4');
    expect(sent()).toEqual([]);
    fireEvent.click(screen.getByTestId('set-learning-rate'));
    await waitFor(() => {
      expect(sent()).toEqual([{ type: 'set_learning_rate', factor: 0.5, until_epoch: 12 }]);
    });
  });

  it('gives nothing back that no command holds', async () => {
    await openPanel();

    expect(screen.getByTestId('release-learning-rate').matches(':disabled')).toBe(true);
  });

  it('stops as was chosen, with the effect said before', async () => {
    await openPanel();

    fireEvent.click(screen.getByTestId('stop-job'));
    await waitFor(() => {
      expect(sent()).toEqual([{ type: 'stop' }]);
    });
    fireEvent.click(screen.getByLabelText('stop when the epoch ends'));
    fireEvent.change(screen.getByTestId('stop-restore-best'), { target: { value: 'yes' } });
    expect(
      screen.getByText(/^Ends when this epoch is over with the best weights put back and keeps/),
    ).toBeTruthy();
    fireEvent.click(screen.getByTestId('stop-job'));
    await waitFor(() => {
      expect(sent()).toHaveLength(2);
    });

    expect(sent()[1]).toEqual({ type: 'stop', at: 'epoch', restore_best: true });
  });

  it('asks before it stops and keeps nothing', async () => {
    await openPanel();

    fireEvent.click(screen.getByLabelText('keep no final checkpoint'));
    fireEvent.click(screen.getByTestId('stop-job'));
    expect(sent()).toEqual([]);
    fireEvent.click(screen.getByTestId('confirm'));

    await waitFor(() => {
      expect(sent()).toEqual([{ type: 'stop', save: false }]);
    });
  });

  it('asks before it puts old weights over the ones of now', async () => {
    await openPanel();

    fireEvent.click(screen.getByTestId('restore-job'));
    fireEvent.click(screen.getByLabelText('weights only, the optimizer keeps its memory'));
    expect(sent()).toEqual([]);
    fireEvent.click(screen.getByTestId('confirm'));

    await waitFor(() => {
      expect(sent()).toEqual([{ type: 'restore_checkpoint', name: 'best', weights_only: true }]);
    });
  });

  it('shows everything that the server found at fault', async () => {
    fakeServer(({ method }) =>
      method === 'GET'
        ? [200, []]
        : [422, { status: 422, errors: [{ pointer: '#/name', code: 'x', detail: 'is taken' }] }],
    );
    show(<Steering job={RUNNING} />);

    fireEvent.click(screen.getByTestId('save-checkpoint-job'));

    expect((await screen.findByRole('alert')).textContent).toBe('name is taken');
  });

  it.each(['pause', 'suspend', 'save-checkpoint', 'evaluate'])('sends %s', async (name) => {
    await openPanel();

    fireEvent.click(screen.getByTestId(`${name}-job`));

    await waitFor(() => {
      expect(sent()).toEqual([{ type: name.replace('-', '_') }]);
    });
  });

  it.each(['paused', 'suspended'] as const)('resumes a job that is %s', async (state) => {
    await openPanel({ ...RUNNING, state }, 'fork-job');

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
