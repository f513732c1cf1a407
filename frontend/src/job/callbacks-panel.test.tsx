// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { job } from '../api/job';
import { JOB } from '../testing/events';
import { fakeServer, show, type Asked } from '../testing/page';
import { CallbacksPanel } from './callbacks-panel';

const patience = { type: 'integer', description: 'Epochs to wait', default: 0, minimum: 0, unit: 'epochs' };
const CATALOGUE = {
  items: [
    {
      name: 'EarlyStopping',
      description: 'Stops',
      schema: { type: 'object', properties: { monitor: { type: 'string', default: 'val_loss' }, patience } },
      changeable: true,
      removable: true,
    },
    { name: 'GradientAccumulation', schema: { type: 'object' }, changeable: false, removable: false },
  ],
};
const SPEC = {
  callbacks: [
    { type: 'EarlyStopping', name: 'early_stopping', monitor: 'val_loss', patience: 5 },
    { type: 'GradientAccumulation', name: 'gradient_accumulation' },
  ],
};
const RUNNING = job({ id: JOB, state: 'running', created_at: '2026-03-01T12:00:00.000Z' });
const TOLD = SPEC.callbacks.map(({ name, type }) => ({ name, type, text: 'waits' }));

afterEach(cleanup);

function open(refusal?: object): Asked[] {
  const asked = fakeServer(({ method, path, body }) => {
    if (path === '/catalogue/callbacks') return [200, CATALOGUE];
    if (method === 'GET') return [200, { items: [] }];
    if (refusal !== undefined) return [422, { status: 422, errors: [refusal] }];
    const sent = JSON.parse(body ?? '{}') as object;
    return [202, { id: 'c-1', state: 'pending', requested_at: '2026-03-01T12:00:01.000Z', ...sent }];
  });
  show(<CallbacksPanel job={RUNNING} known={TOLD} spec={SPEC} />);
  return asked;
}

function sent(asked: Asked[]): unknown[] {
  return asked
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(body ?? 'null') as unknown);
}

async function changePatience(to: string): Promise<void> {
  fireEvent.click(await screen.findByTestId('edit-early_stopping'));
  fireEvent.change(await screen.findByLabelText(/^patience/), { target: { value: to } });
}

describe('the callbacks of a running job', () => {
  it('are changed by what is another, shown before it is sent', async () => {
    const asked = open();
    await changePatience('9');

    expect(screen.getByTestId('callback-effect').textContent).toContain('patience 5 → 9');
    fireEvent.click(screen.getByTestId('send-callback'));

    await waitFor(() => {
      expect(sent(asked)).toEqual([
        { type: 'update_callback', name: 'early_stopping', params: { patience: 9 } },
      ]);
    });
    await waitFor(() => {
      expect(screen.queryByTestId('callback-fields')).toBeNull();
    });
  });

  it('show what the server refuses at the field', async () => {
    open({ pointer: '#/params/patience', code: 'range.min', detail: 'must be 0 or more, was -3' });
    await changePatience('-3');
    fireEvent.click(screen.getByTestId('send-callback'));

    await waitFor(() => {
      expect(screen.getByTestId('note-patience').textContent).toBe('must be 0 or more, was -3');
    });
    expect(screen.getByLabelText(/^patience/).getAttribute('aria-invalid')).toBe('true');
  });

  it('are sent no number that is none', async () => {
    const asked = open();
    await changePatience('long');
    fireEvent.click(screen.getByTestId('send-callback'));

    expect(screen.getByTestId('note-patience').textContent).toBe('must be a number');
    expect(sent(asked)).toEqual([]);
  });

  it('get another one', async () => {
    const asked = open();
    fireEvent.click(screen.getByTestId('add-callback'));
    fireEvent.change(await screen.findByLabelText(/^patience/), { target: { value: '3' } });
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'second' } });
    fireEvent.click(screen.getByTestId('send-callback'));

    await waitFor(() => {
      expect(sent(asked)).toEqual([
        { type: 'add_callback', callback: { type: 'EarlyStopping', name: 'second', patience: 3 } },
      ]);
    });
  });

  it('are removed once that is confirmed, but not those that must stay', async () => {
    const asked = open();
    fireEvent.click(await screen.findByTestId('remove-early_stopping'));
    expect(screen.queryByTestId('remove-gradient_accumulation')).toBeNull();
    fireEvent.click(screen.getByTestId('confirm'));

    await waitFor(() => {
      expect(sent(asked)).toEqual([{ type: 'remove_callback', name: 'early_stopping' }]);
    });
  });
});
