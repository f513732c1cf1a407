// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChartData } from '../chart/data';
import { fakeServer, show } from '../testing/page';
import type { EditorProps } from './editor';
import { SubmitForm } from './submit-form';

/** Words in place of a picture, which needs a real browser. */
vi.mock('../chart/chart', () => ({
  Chart: ({ title, data }: { title: string; data: ChartData }) => (
    <p>
      {title}: {data.lines[0]?.values.join(', ')} at {data.x.join(', ')}
    </p>
  ),
}));

/** A plain field in place of the rich editor, which needs a real browser. */
function PlainEditor({ text, onChange }: EditorProps) {
  return (
    <textarea
      aria-label="Text"
      value={text}
      onChange={(e) => {
        onChange(e.target.value);
      }}
    />
  );
}

const SPEC = 'epochs: 3\ndata: {dataset: x}\ncallbacks:\n  - {type: EarlyStopping, patience: -1}\n';

beforeEach(() => {
  sessionStorage.clear();
});
afterEach(cleanup);

function open(): void {
  show(<SubmitForm initial={SPEC} Editor={PlainEditor} />);
}

describe('the form of a new job', () => {
  it('sends the text as YAML and goes to the job', async () => {
    const asked = fakeServer(() => [201, { id: 9, state: 'queued', created_at: '2026-03-01T12:00:00.000Z' }]);
    open();

    fireEvent.click(screen.getByTestId('submit-job'));

    await waitFor(() => {
      expect(screen.getByTestId('where').textContent).toBe('/jobs/9');
    });
    const sent = asked.find(({ method }) => method === 'POST');
    expect(sent).toMatchObject({ path: '/jobs', body: SPEC });
    expect(sent?.headers.get('Content-Type')).toBe('application/yaml');
    expect(sent?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('sends all folds at once and shows them together', async () => {
    const fold = { state: 'queued', created_at: '2026-03-01T12:00:00.000Z', tags: ['folds-7'] };
    const asked = fakeServer(() => [201, { items: [1, 2, 3].map((id) => ({ id, ...fold })) }]);
    open();

    fireEvent.change(screen.getByTestId('folds'), { target: { value: '3' } });
    fireEvent.click(screen.getByTestId('submit-job'));

    await waitFor(() => {
      expect(screen.getByTestId('where').textContent).toBe('/');
    });
    expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/jobs?folds=3');
  });

  it('takes the text of a file', async () => {
    fakeServer(() => [200, { items: [] }]);
    open();

    const file = new File(['epochs: 9\n'], 'job.yaml');
    fireEvent.change(screen.getByTestId('start-from-file'), { target: { files: [file] } });

    await waitFor(() => {
      expect(screen.getByLabelText<HTMLTextAreaElement>('Text').value).toBe('epochs: 9\n');
    });
  });

  it('shows every error at its line', async () => {
    const errors = [
      { pointer: '#/callbacks/0/patience', code: 'range.min', detail: 'must be 0 or more, was -1' },
      { pointer: '#/data/dataset', code: 'not-found', detail: 'there is no dataset x' },
    ];
    fakeServer(() => [422, { title: 'Invalid', status: 422, detail: 'two faults', errors }]);
    open();

    fireEvent.click(screen.getByTestId('submit-job'));

    expect(await screen.findByText('2 errors')).toBeTruthy();
    expect(screen.getAllByText(/^line \d/).map((link) => link.textContent)).toEqual(['line 4', 'line 2']);
    expect(screen.getByText(/must be 0 or more/)).toBeTruthy();
  });

  it('takes errors back when the text is another', async () => {
    fakeServer(() => [422, { status: 422, errors: [{ pointer: '#/epochs', code: 'x', detail: 'too few' }] }]);
    open();
    fireEvent.click(screen.getByTestId('submit-job'));
    await screen.findByText('1 error');

    fireEvent.change(screen.getByLabelText('Text'), { target: { value: 'epochs: 30\n' } });

    expect(screen.queryByText('1 error')).toBeNull();
  });

  it('shows on a check what the job would be, and trains nothing', async () => {
    const asked = fakeServer(() => [
      200,
      {
        parameters: 61706,
        layers: [{ name: '0 dense', output_shape: [10], parameters: 7850 }],
        steps_per_epoch: 80,
        checkpoint_bytes: 2048,
        estimated_seconds: 90,
        estimated_by: 12,
        learning_rates: [
          { step: 0, value: 0.1 },
          { step: 80, value: 0.05 },
        ],
        warnings: [{ pointer: '#/callbacks/0', code: 'lint', detail: 'can hardly act' }],
      },
    ]);
    open();

    fireEvent.click(screen.getByTestId('check-job'));

    expect(await screen.findByText('61,706')).toBeTruthy();
    expect(screen.getByText('0 dense')).toBeTruthy();
    expect(screen.getByTestId('check-result').textContent).toContain(
      'about 1 min 30 s at the speed of job 12',
    );
    expect(screen.getByText('1 warning')).toBeTruthy();
    expect(await screen.findByText('Learning rate: 0.1, 0.05 at 0, 80')).toBeTruthy();
    expect(asked.filter(({ method }) => method === 'POST').map((one) => one.path)).toEqual([
      '/jobs?dry_run=true',
    ]);
  });

  it('checks by itself when nobody types, and not what is no YAML', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const asked = fakeServer(() => [
      422,
      { status: 422, errors: [{ pointer: '#/epochs', code: 'x', detail: 'few' }] },
    ]);
    const checks = () => asked.filter(({ path }) => path === '/jobs?dry_run=true').map(({ body }) => body);
    open();
    fireEvent.change(screen.getByLabelText('Text'), { target: { value: 'epochs: [' } });
    await vi.advanceTimersByTimeAsync(5000);
    expect(checks()).toEqual([]);

    fireEvent.change(screen.getByLabelText('Text'), { target: { value: 'epochs: 0' } });
    await vi.advanceTimersByTimeAsync(5000);

    expect(checks()).toEqual(['epochs: 0']);
    expect(screen.getByText('1 error')).toBeTruthy();
    vi.useRealTimers();
  });

  it('says what is no YAML before anything is sent', async () => {
    fakeServer(() => [500, {}]);
    open();

    fireEvent.change(screen.getByLabelText('Text'), { target: { value: 'epochs: [1\nx: 2' } });

    expect((await screen.findByTestId('findings')).textContent).toContain('line');
  });
});
