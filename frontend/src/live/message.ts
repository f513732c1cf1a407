import { array, DecodeError, integer, isRecord, object, type Decoder } from '../api/decode';
import { job, type Job } from '../api/job';
import { problem, type Problem } from '../api/problem';
import { event, type Event } from './event';

/** What the server says over the live connection. */
export type Message =
  | { kind: 'job'; job: Job }
  | { kind: 'events'; events: Event[] }
  | { kind: 'resync'; job_id: number; after: number }
  | { kind: 'error'; problem: Problem }
  | { kind: 'other' };

const resync = object<{ job_id: number; after: number }>({ job_id: integer, after: integer });

export const message: Decoder<Message> = (value, path = '') => {
  if (!isRecord(value)) throw new DecodeError(path, 'an object', value);
  if ('events' in value) return { kind: 'events', events: array(event)(value['events'], '/events') };
  if ('job' in value) return { kind: 'job', job: job(value['job'], '/job') };
  if ('resync' in value) return { kind: 'resync', ...resync(value['resync'], '/resync') };
  if ('error' in value) return { kind: 'error', problem: problem(value['error'], '/error') };
  return { kind: 'other' };
};

/** Reads one text frame. Throws DecodeError for what is no message. */
export function readMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DecodeError('', 'JSON', text);
  }
  return message(value);
}
