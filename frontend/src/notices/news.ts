import { hasEnded, jobTitle, type Job, type JobState } from '../api/job';
import { words } from '../format/place';

export interface News {
  jobId: number;
  title: string;
  body: string;
}

/**
 * What has come to an end since the last look, and remembers it.
 *
 * @param known states of before; a job not in it is met for the first time, and its end is no news
 */
export function news(known: Map<number, JobState>, jobs: Iterable<Job>): News[] {
  const found: News[] = [];
  for (const job of jobs) {
    const before = known.get(job.id);
    known.set(job.id, job.state);
    if (before === undefined || hasEnded(before) || !hasEnded(job.state)) continue;
    found.push({
      jobId: job.id,
      title: `${jobTitle(job)} ${job.state}`,
      body: job.reason ?? (job.outcome === null ? '' : words(job.outcome)),
    });
  }
  return found;
}
