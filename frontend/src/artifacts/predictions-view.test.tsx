// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakeServer, show } from '../testing/page';
import { PredictionsView } from './predictions-view';

const SERIES = [{ kind: 'image', name: 'predictions', step: 9, epoch: 0, bytes: 1 }];

afterEach(cleanup);

function open(scores: object[]): void {
  fakeServer(() => [200, { examples: 4, samples: [{ example: 2, wrong: false, labels: [], scores }] }]);
  show(<PredictionsView jobId={1} series={SERIES} />);
}

it('tells the scores of labels in per cent', async () => {
  open([
    { label: 'stripe', score: 0.8139 },
    { label: 'square', score: 2e-4 },
  ]);

  expect((await screen.findByText('stripe')).parentElement?.textContent).toBe('stripe81.4 %');
  expect(screen.getByText('square').parentElement?.textContent).toBe('square<0.1 %');
});

it('tells of a number what it should be', async () => {
  open([{ label: 'price', score: 4016, target: 688_600 }]);

  expect((await screen.findByText('price')).parentElement?.textContent).toBe('price4016should be 6.886e5');
});
