import { useQuery } from '@tanstack/react-query';
import { checkJob } from '../api/calls';
import type { Job } from '../api/job';

/** What the job's spec comes to: its layers, and the rates that its schedules plan. */
export function useCheck(job: Pick<Job, 'id' | 'spec'>, enabled: boolean) {
  return useQuery({
    queryKey: ['check', job.id, job.spec],
    queryFn: () => checkJob(JSON.stringify(job.spec)),
    enabled: enabled && job.spec !== undefined,
    staleTime: Infinity,
    retry: false,
  });
}
