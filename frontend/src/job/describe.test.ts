import { expect, it } from 'vitest';
import { describe } from './describe';

it('says once what is both the outcome and the reason', () => {
  const told = describe({
    type: 'state_changed',
    from: 'stopping',
    to: 'stopped',
    outcome: 'stopped_by_command',
    reason: 'stopped by command',
  });

  expect(told.detail).toBe('stopped by command');
});
