import { expect, it } from 'vitest';
import { readView, writeView, type View } from './view';

const view: View = {
  axis: 'time',
  smooth: 0.6,
  log: new Set(['loss', 'rate']),
  zoom: { from: 12.5, to: 40 },
};

it('is in the address and comes back from it', () => {
  expect(readView(writeView(new URLSearchParams('jobs=1,2'), view))).toEqual(view);
  expect(writeView(new URLSearchParams('jobs=1,2'), view).get('jobs')).toBe('1,2');
});

it('leaves out of the address what is as usual', () => {
  const usual: View = { axis: null, smooth: 0, log: new Set(), zoom: null };

  expect(writeView(new URLSearchParams('smooth=0.6&from=1&to=2'), usual).toString()).toBe('');
});

it.each(['axis=weeks', 'smooth=1', 'smooth=x', 'from=5&to=5', 'from=5', 'from=a&to=b'])(
  'passes over what makes no sense: %s',
  (address) => {
    expect(readView(new URLSearchParams(address))).toEqual({
      axis: null,
      smooth: 0,
      log: new Set(),
      zoom: null,
    });
  },
);
