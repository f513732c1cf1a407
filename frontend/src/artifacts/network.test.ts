import { expect, it } from 'vitest';
import { nest } from './network';

const row = (name: string) => ({ name, output_shape: [4], parameters: 0 });

it('puts layers into the branches of the layer that they are within', () => {
  const layers = nest(
    ['0 conv2d', '1 residual', '1.body.0 conv2d', '1.body.1 relu', '1.shortcut.0 conv2d', '2 dense'].map(row),
  );

  expect(layers.map(({ number }) => number)).toEqual(['0', '1', '2']);
  expect(layers[1]?.branches.map((branch) => branch.map(({ type }) => type))).toEqual([
    ['conv2d', 'relu'],
    ['conv2d'],
  ]);
});

it('takes a name without a number for a layer of its own', () => {
  expect(nest([row('layer')])).toMatchObject([{ number: 'layer', type: '' }]);
});
