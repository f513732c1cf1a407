// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakeServer, show } from '../testing/page';
import { DatasetDetail } from './dataset-detail';

afterEach(cleanup);

function open(classes: Record<string, number>, kind: 'numeric' | 'categorical' = 'categorical'): void {
  fakeServer(() => [
    200,
    {
      name: 'houses',
      schema: { columns: [{ name: 'price', kind, categories: [] }], target: ['price'], classes: [] },
      class_counts: classes,
      statistics: [],
      preview: { columns: [], rows: [], images: [] },
    },
  ]);
  show(<DatasetDetail name="houses" />);
}

const balance = () => screen.findByLabelText('Rows of each class');
const hundreds = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${n} euro`, n]));

it('shows the balance of classes in their order', async () => {
  open({ setosa: 1, virginica: 3 });

  const list = await balance();
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['setosa1', 'virginica3']);
});

it('shows the most frequent values alone of a target that has hundreds', async () => {
  open(hundreds);

  const list = await balance();
  const items = within(list).getAllByRole('listitem');
  expect(items).toHaveLength(20);
  expect(items[0]?.textContent).toBe('299 euro299');
  expect(screen.getByText('The 20 most frequent of 300 values.')).toBeTruthy();
});

it('shows no balance of a target of many numbers', async () => {
  open(hundreds, 'numeric');

  expect(await screen.findByText('target, numeric')).toBeTruthy();
  expect(screen.queryByLabelText('Rows of each class')).toBeNull();
});
