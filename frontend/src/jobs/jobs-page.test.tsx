// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeServer, show, type Asked } from '../testing/page';
import { JobsPage } from './jobs-page';

const MANY = 1000;

afterEach(cleanup);

function wireJob(id: number): object {
  return {
    id,
    name: `job-${id}`,
    experiment: id % 2 === 0 ? 'even' : 'odd',
    state: 'completed',
    created_at: '2026-03-01T12:00:00.000Z',
  };
}

/** As many jobs as asked for, the newest first, in pages of 200. */
function open(jobs: number): Asked[] {
  const asked = fakeServer(({ method, path, body }) => {
    if (method === 'POST') {
      const { filter } = JSON.parse(body ?? '{}') as { filter: { ids: number[] } };
      const refused = { status: 409, detail: 'has ended' };
      return [200, { items: filter.ids.map((job_id) => ({ job_id, ...refused })) }];
    }
    if (!path.startsWith('/jobs?')) return [404, {}];
    const from = Number(new URLSearchParams(path.slice(6)).get('cursor') ?? jobs + 1);
    const items = Array.from({ length: Math.min(200, from - 1) }, (_, n) => wireJob(from - 1 - n));
    return [200, { items, next_cursor: from - 200 > 1 ? String(from - 200) : null }];
  });
  show(<JobsPage />);
  return asked;
}

describe('the list of jobs', () => {
  it('draws of many jobs those that the window shows', async () => {
    open(MANY);

    expect(await screen.findByTestId(`job-row-${MANY}`)).toBeTruthy();
    expect(screen.getAllByTestId(/^job-row-/).length).toBeLessThan(60);
    expect(screen.getByTestId('job-count').textContent).toBe('200 and more');
  });

  it('asks the server for what the filter says', async () => {
    const asked = open(3);
    await screen.findByTestId('job-row-3');

    fireEvent.change(screen.getByTestId('filter-experiment'), { target: { value: 'odd' } });
    fireEvent.change(screen.getByTestId('sort'), { target: { value: 'name' } });

    await waitFor(() => {
      expect(asked.at(-1)?.path).toBe('/jobs?limit=200&experiment=odd&sort=name');
    });
    expect(screen.queryByTestId('job-row-2')).toBeNull();
  });

  it('stands in groups by experiment, which can be closed', async () => {
    open(4);
    await screen.findByTestId('job-row-4');

    fireEvent.click(screen.getByTestId('group'));
    fireEvent.click(await screen.findByRole('button', { name: /even/, expanded: true }));

    await waitFor(() => {
      expect(screen.queryByTestId('job-row-4')).toBeNull();
    });
    expect(screen.getByTestId('job-row-3')).toBeTruthy();
  });

  it('steers the jobs that were picked out, and shows what each answered', async () => {
    const asked = open(4);
    fireEvent.click(await screen.findByTestId('pick-4'));
    fireEvent.click(screen.getByTestId('pick-2'));

    expect(screen.getByTestId('compare').getAttribute('href')).toBe('/compare?jobs=2,4');
    fireEvent.click(screen.getByTestId('steer-selected'));
    fireEvent.change(screen.getByTestId('bulk-command'), { target: { value: 'set_epochs' } });
    expect(screen.getByTestId('bulk-send').matches(':disabled')).toBe(true);
    fireEvent.change(screen.getByTestId('bulk-number'), { target: { value: '40' } });
    fireEvent.click(screen.getByTestId('bulk-send'));

    expect((await screen.findByTestId('bulk-outcome')).textContent).toContain('0 took it, 2 refused');
    const answers = within(screen.getByTestId('bulk-answers'));
    expect(answers.getAllByText('has ended')).toHaveLength(2);
    const sent = asked.find(({ method }) => method === 'POST');
    expect(sent?.path).toBe('/jobs:command');
    expect(JSON.parse(sent?.body ?? 'null')).toEqual({
      filter: { ids: [2, 4] },
      command: { type: 'set_epochs', epochs: 40 },
    });
  });
});
