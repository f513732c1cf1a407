import { describe, expect, it } from 'vitest';
import { schema } from '../api/catalogue';
import { proposals } from './completion';

const CALLBACKS = {
  oneOf: [
    {
      type: 'object',
      description: 'Stops early',
      required: ['type'],
      properties: {
        type: { const: 'EarlyStopping' },
        monitor: { type: 'string', default: 'val_loss' },
        patience: { type: 'integer', default: 0 },
        mode: { type: 'string', enum: ['auto', 'min', 'max'] },
      },
    },
    { type: 'object', required: ['type'], properties: { type: { const: 'TerminateOnNaN' } } },
  ],
};

const VOCABULARY = {
  datasets: ['digits', 'flowers'],
  schema: schema({
    type: 'object',
    required: ['epochs', 'data'],
    properties: {
      name: { type: 'string' },
      epochs: { type: 'integer' },
      data: {
        type: 'object',
        required: ['dataset'],
        properties: { dataset: { type: 'string' }, shuffle: { type: 'boolean', default: true } },
      },
      metrics: { type: 'array', items: { oneOf: [{ type: 'string', enum: ['accuracy', 'mae'] }] } },
      callbacks: { type: 'array', items: CALLBACKS },
    },
  }),
};

/** The words proposed at the `|` of a text. */
function proposed(text: string): string[] {
  const offset = text.indexOf('|');
  const whole = text.slice(0, offset) + text.slice(offset + 1);
  return proposals(whole, offset, VOCABULARY)?.found.map(({ word }) => word) ?? [];
}

describe('what is proposed', () => {
  it.each([
    [
      'the keys of the spec that it does not have yet',
      'epochs: 3\n|',
      ['name', 'data', 'metrics', 'callbacks'],
    ],
    ['them too while one is being typed', 'epochs: 3\nda|\n', ['name', 'data', 'metrics', 'callbacks']],
    ['the keys of an object in a block', 'data:\n  |\nepochs: 3\n', ['dataset', 'shuffle']],
    ['the keys of an object in braces', 'data: {dataset: digits, s|}', ['shuffle']],
    ['the server’s datasets', 'data: {dataset: |}', ['digits', 'flowers']],
    ['yes and no', 'data:\n  shuffle: |', ['true', 'false']],
    ['the kinds of a callback', 'callbacks:\n  - {type: Ea|}', ['EarlyStopping', 'TerminateOnNaN']],
    ['the kind first', 'callbacks:\n  - |', ['type']],
    [
      'the parameters of the kind that was named',
      'callbacks:\n  - type: EarlyStopping\n    patience: 3\n    |',
      ['monitor', 'mode'],
    ],
    ['the words of a choice', 'callbacks: [{type: EarlyStopping, mode: m|}]', ['auto', 'min', 'max']],
    ['entries of a list', 'metrics:\n  - |', ['accuracy', 'mae']],
    ['entries of a list in brackets', 'metrics: [accuracy, |]', ['accuracy', 'mae']],
    [
      'metrics that the spec will log',
      'metrics: [mae]\ncallbacks: [{type: EarlyStopping, monitor: |}]',
      ['val_loss', 'loss', 'val_mae', 'mae'],
    ],
    ['nothing in a comment', 'epochs: 3 # and |', []],
    ['nothing where anything can stand', 'name: |', []],
    ['nothing in what the schema does not know', 'other: {|}', []],
  ])('is %s', (_, text, words) => {
    expect(proposed(text)).toEqual(words);
  });

  it('takes the place of the word at the cursor', () => {
    expect(proposals('epo', 3, VOCABULARY)?.from).toBe(0);
  });

  it('tells what is needed, and defaults', () => {
    const found = proposals('', 0, VOCABULARY)?.found ?? [];
    const inside = proposals('data: {}', 7, VOCABULARY)?.found ?? [];

    expect(found.filter(({ needed }) => needed).map(({ word }) => word)).toEqual(['epochs', 'data']);
    expect(inside.find(({ word }) => word === 'shuffle')?.note).toBe('default: yes');
  });
});
