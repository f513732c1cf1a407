import { expect, it } from 'vitest';
import { job, type JobState } from '../api/job';
import { news } from './news';

const one = (state: JobState, more: object = {}) =>
  job({ id: 3, name: 'digits', state, created_at: '2026-03-01T12:00:00.000Z', ...more });

it('is a job that came to its end, once', () => {
  const known = new Map<number, JobState>([[3, 'running']]);
  const ended = one('failed', { reason: 'the loss is NaN' });

  expect(news(known, [ended])).toEqual([{ jobId: 3, title: 'digits failed', body: 'the loss is NaN' }]);
  expect(news(known, [ended])).toEqual([]);
});

it('is no job that had ended when it was first seen', () => {
  expect(news(new Map(), [one('completed')])).toEqual([]);
});

it('is no job that goes on', () => {
  expect(news(new Map<number, JobState>([[3, 'queued']]), [one('running')])).toEqual([]);
});
