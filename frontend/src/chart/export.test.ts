import { expect, it } from 'vitest';
import { csv } from './export';

const line = (name: string) => ({ name, role: 'run' as const, values: [-0.5, 2] });

const lines = (...names: string[]) =>
  csv({ data: { x: [0, 1], lines: names.map(line) }, zoom: null, xName: 'epoch' }).split('\r\n');

it('writes the points as they are', () => {
  expect(lines('loss', 'val_loss')).toEqual(['epoch,loss,val_loss', '0,-0.5,-0.5', '1,2,2', '']);
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'])(
  'makes text of the formula in the name %j',
  (name) => {
    expect(lines(name)[0]).toBe(`epoch,'${name}`);
  },
);

it('quotes names with commas, quotes and breaks', () => {
  expect(lines('a,b', 'say "so"')[0]).toBe('epoch,"a,b","say ""so"""');
});
