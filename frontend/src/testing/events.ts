import { event, type Event } from '../live/event';

export const JOB = 7;

/** An event as it comes over the wire. */
export function wire(seq: number, type: string, fields: object = {}): object {
  return {
    seq,
    at: '2026-03-01T12:00:00.000Z',
    job_id: JOB,
    attempt: 1,
    type,
    epoch: null,
    step: null,
    ...fields,
  };
}

export function batchEnd(seq: number, step: number, loss: number | string): object {
  return wire(seq, 'batch_end', { epoch: Math.floor(step / 10), step, batch: step % 10, logs: { loss } });
}

export function epochEnd(seq: number, epoch: number, logs: object): object {
  const fields = { epoch, step: (epoch + 1) * 10, logs, seconds: 1, examples_per_second: 100 };
  return wire(seq, 'epoch_end', fields);
}

export function trainBegin(seq: number, resumed?: { from: string; epoch: number; step: number }): object {
  return wire(seq, 'train_begin', {
    epoch: resumed?.epoch ?? 0,
    step: resumed?.step ?? 0,
    epochs: 5,
    steps_per_epoch: 10,
    parameters: 42,
    resumed_from: resumed?.from ?? null,
  });
}

export function decoded(...events: object[]): Event[] {
  return events.map((one) => event(one));
}

/** Tells listeners at once, not at the next frame. */
export const atOnce = (task: () => void): void => {
  task();
};
