import { describe, expect, it } from 'vitest';
import { job, type Job } from '../api/job';
import { overtaken, readView, writeView } from './filter';

function aJob(id: number, fields: object = {}): Job {
  return job({ id, state: 'running', created_at: '2026-03-01T12:00:00.000Z', last_seq: 1, ...fields });
}

function live(...jobs: Job[]): ReadonlyMap<number, Job> {
  return new Map(jobs.map((one) => [one.id, one]));
}

const ALL = readView(new URLSearchParams());
const ids = (jobs: Job[]) => jobs.map(({ id }) => id);

describe('a view', () => {
  it.each([
    '',
    'state=failed',
    'experiment=digits&tag=demo&q=le+net',
    'state=running%2Cpaused&sort=name',
    'group=experiment&metric=val_accuracy',
  ])('is kept in the address: %s', (address) => {
    expect(writeView(readView(new URLSearchParams(address))).toString()).toBe(address);
  });

  it('leaves out of an address what makes no sense', () => {
    expect(writeView(readView(new URLSearchParams('state=asleep&sort=colour'))).toString()).toBe('');
  });

  it('in groups is ordered by experiment', () => {
    expect(readView(new URLSearchParams('group=experiment&sort=name')).sort).toBe('experiment');
  });
});

describe('the list', () => {
  it('has new jobs at once, at their place', () => {
    expect(ids(overtaken([aJob(3), aJob(2)], live(aJob(4)), ALL, true))).toEqual([4, 3, 2]);
  });

  it('leaves out a job that is none of the filter any more', () => {
    const filter = { ...ALL, state: 'running' };

    expect(
      ids(overtaken([aJob(3), aJob(2)], live(aJob(3, { state: 'failed', last_seq: 9 })), filter, true)),
    ).toEqual([2]);
  });

  it('does not show what stands behind the last page before its page comes', () => {
    expect(ids(overtaken([aJob(9), aJob(8)], live(aJob(1)), ALL, false))).toEqual([9, 8]);
    expect(ids(overtaken([aJob(9), aJob(8)], live(aJob(1)), ALL, true))).toEqual([9, 8, 1]);
  });

  it('has no job that the search does not find', () => {
    const filter = { ...ALL, q: 'Lenet' };

    expect(ids(overtaken([], live(aJob(1, { name: 'my-lenet' }), aJob(2)), filter, true))).toEqual([1]);
  });
});
