import { command, type Command, type CommandRequest } from './command';
import { array, integer, nullable, object, string, type Decoder } from './decode';
import { call, json } from './http';

/** Which jobs a command is for: those picked out, or all that a filter of the list has. */
export interface BulkTarget {
  ids?: readonly number[];
  state?: string;
  experiment?: string;
  tag?: string;
  q?: string;
}

/** What one job answered: it took the command, or why it did not. */
export interface BulkAnswer {
  job_id: number;
  status: number;
  command: Command | null;
  detail: string | null;
}

const answers: Decoder<{ items: BulkAnswer[] }> = object({
  items: array(
    object<BulkAnswer>({
      job_id: integer,
      status: integer,
      command: nullable(command),
      detail: nullable(string),
    }),
  ),
});

/** More jobs than these are not steered by one request. */
export const MOST_AT_ONCE = 500;

/** Asks many jobs for the same; each answers for itself. */
export async function commandJobs(target: BulkTarget, request: CommandRequest): Promise<BulkAnswer[]> {
  return (await call('/jobs:command', answers, json('POST', { filter: target, command: request }))).items;
}
