// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { checkpointList } from '../api/checkpoint';
import { JOB } from '../testing/events';
import { fakeServer, show } from '../testing/page';
import { ForkDialog } from './fork-dialog';

const AT = { epoch: 3, step: 400, bytes: 10, created_at: '2026-03-01T12:00:00.000Z' };
const CHECKPOINTS = checkpointList([
  { ...AT, name: 'best', kind: 'full' },
  { ...AT, name: 'light', kind: 'weights' },
]);

afterEach(cleanup);

describe('the dialog of a fork', () => {
  it('forks from a checkpoint with changes in YAML, and shows the new job', async () => {
    const calls = fakeServer(() => [
      201,
      { id: 99, state: 'queued', created_at: '2026-03-01T12:00:00.000Z' },
    ]);
    show(<ForkDialog jobId={JOB} checkpoints={CHECKPOINTS} onClose={() => undefined} />);

    fireEvent.change(screen.getByTestId('fork-changes'), { target: { value: 'epochs: 40\nseed: 1' } });
    expect(
      screen.getByText('Goes on exactly where the checkpoint was taken, at epoch 3, step 400.'),
    ).toBeTruthy();
    fireEvent.click(screen.getByTestId('fork-submit'));

    await waitFor(() => {
      expect(screen.getByTestId('where').textContent).toBe('/jobs/99');
    });
    expect(calls[0]?.path).toBe(`/jobs/${JOB}/fork`);
    expect(calls[0]?.body).toBe('checkpoint: "best"\nchanges:\n  epochs: 40\n  seed: 1\n');
  });

  it('says when a fork cannot go on but begins with the weights', () => {
    fakeServer(() => [200, {}]);
    show(<ForkDialog jobId={JOB} checkpoints={CHECKPOINTS} onClose={() => undefined} />);

    fireEvent.change(screen.getByTestId('fork-changes'), { target: { value: 'batch_size: 8' } });
    expect(screen.getByText(/^Begins at epoch 0 .* another batch_size/)).toBeTruthy();
    fireEvent.change(screen.getByTestId('fork-which'), { target: { value: 'light' } });

    expect(screen.getByText(/no optimizer is kept/)).toBeTruthy();
  });
});
