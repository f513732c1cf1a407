import { explain } from '../api/http';
import { ApiError, type ProblemEntry } from '../api/problem';
import { lineIn, type Place, type SpecDocument } from './locate';

export type Level = 'error' | 'warning';

/** What is wrong with a spec, or worth a thought, and where. */
export interface Finding {
  level: Level;
  detail: string;
  /** JSON Pointer fragment; empty for what is about the text or the whole. */
  pointer: string;
  /** Null where no place in the text is at fault. */
  place: Place | null;
}

/** Faults that show before anything is sent. */
export function syntaxFindings(document: SpecDocument): Finding[] {
  return document
    .syntaxErrors()
    .map(({ place, detail }) => ({ level: 'error' as const, detail, pointer: '', place }));
}

export function entryFindings(
  entries: readonly ProblemEntry[],
  level: Level,
  document: SpecDocument,
): Finding[] {
  return entries.map(({ pointer, detail, code }) => ({
    level,
    detail: detail === '' ? code : detail,
    pointer: pointer === '#' ? '' : pointer,
    place: document.locate(pointer),
  }));
}

/** What the server refused, at the places it named. */
export function refusalFindings(error: unknown, document: SpecDocument): Finding[] {
  if (!(error instanceof ApiError))
    return [{ level: 'error', detail: explain(error), pointer: '', place: null }];
  const { errors, status } = error.problem;
  if (status === 422 && errors.length > 0) return entryFindings(errors, 'error', document);
  const text = [error.message, ...errors.map((entry) => entry.detail)].join(' ');
  const line = status === 400 ? lineIn(text) : null;
  const detail = errors[0]?.detail ?? error.message;
  return [{ level: 'error', detail, pointer: '', place: line === null ? null : document.atLine(line) }];
}
