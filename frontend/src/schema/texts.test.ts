import { describe, expect, it } from 'vitest';
import { schema } from '../api/catalogue';
import { changes, textsOf, valuesOf } from './texts';

const SCHEDULER = schema({
  type: 'object',
  properties: {
    schedule: {
      oneOf: [
        { type: 'string' },
        {
          type: 'object',
          properties: { type: { const: 'step' }, step_size: { type: 'integer' }, gamma: { type: 'number' } },
        },
      ],
    },
    by: { type: 'string', enum: ['epoch', 'step'], default: 'epoch' },
    milestones: { type: 'array', items: { type: 'integer' } },
    verbose: { type: 'boolean' },
    save_freq: { oneOf: [{ const: 'epoch' }, { type: 'integer' }] },
  },
});

describe('the fields of a form', () => {
  it.each([
    { schedule: { type: 'step', step_size: 10, gamma: 0.5 }, by: 'step' },
    { schedule: 'epoch < 10 ? lr : lr * 0.95', verbose: false },
    { milestones: [3, 5], save_freq: 100 },
    { save_freq: 'epoch' },
    {},
  ])('say the values that they were filled with: %j', (values) => {
    expect(valuesOf(SCHEDULER, textsOf(SCHEDULER, values))).toEqual({ values, faults: [] });
  });

  it('take a list without its brackets', () => {
    expect(valuesOf(SCHEDULER, { '/milestones': '3, 5' }).values).toEqual({ milestones: [3, 5] });
  });

  it('say where something is no number', () => {
    const { faults } = valuesOf(SCHEDULER, { '/schedule': 'step', '/schedule/gamma': 'fast' });

    expect(faults).toEqual([{ pointer: '/schedule/gamma', code: 'syntax', detail: 'must be a number' }]);
  });
});

describe('an update', () => {
  it('sends what is another, and null for what goes back to its default', () => {
    const before = { patience: 5, monitor: 'loss', schedule: { type: 'step', gamma: 1 } };

    expect(changes(before, { patience: 9, schedule: { gamma: 1, type: 'step' } })).toEqual({
      patience: 9,
      monitor: null,
    });
  });
});
