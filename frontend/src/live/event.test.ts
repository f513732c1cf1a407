import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DecodeError } from '../api/decode';
import { event, type EventDetail } from './event';

/** What the Java side writes and reads too. */
const GOLDEN = join(import.meta.dirname, '../../../src/test/resources/io/signalbox/event');

function golden(name: string): unknown {
  return JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), 'utf8'));
}

const files = readdirSync(GOLDEN).map((file) => file.replace('.json', ''));

describe('event', () => {
  it.each(files)('reads what the server writes: %s', (name) => {
    const read = event(golden(name));

    expect(read.detail.type).toBe(name.replace(/_final$/, ''));
    expect(read.job_id).toBe(12);
  });

  it('knows every type that there is a golden file for, and no other', () => {
    const types: Exclude<EventDetail['type'], 'unknown'>[] = [
      'alert',
      'artifact',
      'batch_end',
      'callback',
      'callbacks_explained',
      'checkpoint_removed',
      'checkpoint_saved',
      'command_applied',
      'command_rejected',
      'epoch_begin',
      'epoch_end',
      'learning_rate_changed',
      'learning_rate_tested',
      'log',
      'metrics_logged',
      'restored',
      'state_changed',
      'test_end',
      'train_begin',
      'train_end',
      'weights_loaded',
    ];

    expect(files.filter((name) => !name.endsWith('_final')).sort()).toEqual(types);
  });

  it('keeps numbers that are not finite', () => {
    const { detail } = event(golden('test_end'));

    expect(detail).toEqual({
      type: 'test_end',
      logs: new Map([
        ['loss', NaN],
        ['accuracy', -Infinity],
      ]),
    });
  });

  it('counts an event of a type it does not know', () => {
    const read = event({ ...(golden('log') as object), type: 'hologram', kind: 'image' });

    expect(read).toMatchObject({ seq: 14, detail: { type: 'unknown', name: 'hologram' } });
  });

  it('counts an event whose fields it cannot read', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);

    const read = event({ ...(golden('epoch_end') as object), logs: 'none' });

    expect(read).toMatchObject({ seq: 6, detail: { type: 'unknown', name: 'epoch_end' } });
  });

  it('refuses an event without a number', () => {
    expect(() => event({ ...(golden('log') as object), seq: '14' })).toThrow(DecodeError);
  });
});
