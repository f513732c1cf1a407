import { check, type Check } from './check';
import { checkpointList, type Checkpoint } from './checkpoint';
import { command, commandList, type Command, type CommandRequest } from './command';
import { curve, metricList, type Curve, type Metric } from './curve';
import { dataset, datasetPage, type Dataset } from './dataset';
import { history, type History } from './history';
import { apiUrl, call, callForNothing, callForText, json, upload, type Request } from './http';
import { job, jobPage, type Job, type Page } from './job';
import { lineage, type Lineage } from './lineage';

const seg = encodeURIComponent;

/** Finds out whether the server is there and lets us in. */
export function probe(): Promise<void> {
  return callForNothing('/jobs?limit=1', { method: 'GET' });
}

/** Which jobs to list and in what order; an empty part is left open. */
export interface JobFilter {
  /** States, with commas between them. */
  state: string;
  experiment: string;
  tag: string;
  q: string;
  sort: string;
}

const JOBS_A_PAGE = '200';

export function listJobs(filter: JobFilter, cursor: string | null, signal: AbortSignal): Promise<Page<Job>> {
  const query = new URLSearchParams({ limit: JOBS_A_PAGE });
  for (const [name, value] of Object.entries(filter) as [string, string][]) {
    if (value !== '') query.set(name, value);
  }
  if (cursor !== null) query.set('cursor', cursor);
  return call(`/jobs?${query.toString()}`, jobPage, { signal });
}

export function getJob(id: number, signal: AbortSignal): Promise<Job> {
  return call(`/jobs/${id}`, job, { signal });
}

export function deleteJob(id: number): Promise<void> {
  return callForNothing(`/jobs/${id}`, { method: 'DELETE' });
}

function yaml(text: string): Request {
  return { method: 'POST', headers: { 'Content-Type': 'application/yaml' }, body: text };
}

/** Submits a job; the same key and text again are the same job. */
export function submitJob(text: string, idempotencyKey: string): Promise<Job> {
  const init = yaml(text);
  return call('/jobs', job, { ...init, headers: { ...init.headers, 'Idempotency-Key': idempotencyKey } });
}

/** Submits a job for each of so many folds of its data, all of them or none. */
export async function submitFolds(text: string, folds: number, idempotencyKey: string): Promise<Job[]> {
  const init = yaml(text);
  const headers = { ...init.headers, 'Idempotency-Key': idempotencyKey };
  return (await call(`/jobs?folds=${folds}`, jobPage, { ...init, headers })).items;
}

/** What a submission would be; with folds, that of the first. */
export function checkJob(text: string, folds: number | null = null): Promise<Check> {
  return call(`/jobs?dry_run=true${folds === null ? '' : `&folds=${folds}`}`, check, yaml(text));
}

export function sendCommand(jobId: number, request: CommandRequest): Promise<Command> {
  return call(`/jobs/${jobId}/commands`, command, json('POST', request));
}

/** Forks a job: `changes` are YAML, a merge patch on its spec. */
export function forkJob(jobId: number, checkpoint: string, changes: string): Promise<Job> {
  const lines = changes.split('\n').map((line) => `  ${line}`);
  const patch = changes.trim() === '' ? '' : `changes:\n${lines.join('\n')}\n`;
  return call(`/jobs/${jobId}/fork`, job, yaml(`checkpoint: ${JSON.stringify(checkpoint)}\n${patch}`));
}

export function getLineage(jobId: number, signal: AbortSignal): Promise<Lineage> {
  return call(`/jobs/${jobId}/lineage`, lineage, { signal });
}

export function listCommands(jobId: number, signal: AbortSignal): Promise<Command[]> {
  return call(`/jobs/${jobId}/commands`, commandList, { signal });
}

export function listCheckpoints(jobId: number, signal: AbortSignal): Promise<Checkpoint[]> {
  return call(`/jobs/${jobId}/checkpoints`, checkpointList, { signal });
}

/** Where a checkpoint is downloaded as a zip. */
export function checkpointUrl(jobId: number, name: string): string {
  return apiUrl(`/jobs/${jobId}/checkpoints/${seg(name)}/content`);
}

/** What a job logged by epoch. */
export function getHistory(jobId: number, signal: AbortSignal): Promise<History> {
  return call(`/jobs/${jobId}/history`, history, { signal });
}

/** Where the history is downloaded as CSV. */
export function historyUrl(jobId: number): string {
  return apiUrl(`/jobs/${jobId}/history.csv`);
}

export interface CurveRange {
  by: 'step' | 'epoch';
  from?: number;
  to?: number;
  maxPoints: number;
}

export function getCurve(
  jobId: number,
  name: string,
  range: CurveRange,
  signal: AbortSignal,
): Promise<Curve> {
  const query = new URLSearchParams({ by: range.by, max_points: String(range.maxPoints) });
  if (range.from !== undefined) query.set('from', String(range.from));
  if (range.to !== undefined) query.set('to', String(range.to));
  return call(`/jobs/${jobId}/metrics/${seg(name)}?${query.toString()}`, curve, { signal });
}

export function listMetrics(jobId: number, signal: AbortSignal): Promise<Metric[]> {
  return call(`/jobs/${jobId}/metrics`, metricList, { signal });
}

export function getLog(jobId: number, signal: AbortSignal): Promise<string> {
  return callForText(`/jobs/${jobId}/logs`, { signal });
}

export function logUrl(jobId: number): string {
  return apiUrl(`/jobs/${jobId}/logs`);
}

export function listDatasets(signal: AbortSignal): Promise<Dataset[]> {
  return call('/datasets?limit=500', datasetPage, { signal });
}

export function getDataset(name: string, signal: AbortSignal): Promise<Dataset> {
  return call(`/datasets/${seg(name)}`, dataset, { signal });
}

/** @param sent told the share of the bytes that are sent, 0 to 1 */
export function uploadDataset(form: FormData, sent: (share: number) => void): Promise<Dataset> {
  return upload('/datasets', dataset, form, sent);
}

export function deleteDataset(name: string): Promise<void> {
  return callForNothing(`/datasets/${seg(name)}`, { method: 'DELETE' });
}
