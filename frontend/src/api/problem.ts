import { array, integer, object, string, withDefault, nullable, type Decoder } from './decode';

/** One fault of a request, or one warning about it. `pointer` is a JSON Pointer fragment such as `#/callbacks/0`. */
export interface ProblemEntry {
  pointer: string;
  code: string;
  detail: string;
}

/** RFC 9457. */
export interface Problem {
  title: string;
  status: number;
  detail: string | null;
  errors: ProblemEntry[];
}

export const problemEntry: Decoder<ProblemEntry> = object<ProblemEntry>({
  pointer: withDefault(string, '#'),
  code: withDefault(string, ''),
  detail: withDefault(string, ''),
});

export const problem: Decoder<Problem> = object<Problem>({
  title: withDefault(string, 'The request failed'),
  status: withDefault(integer, 0),
  detail: nullable(string),
  errors: withDefault(array(problemEntry), []),
});

/** The server said no, and why. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}
