import { array, nullable, number, object, string, type Decoder } from './decode';

/** What a job logged by epoch: a row for each, `epoch` its first column; null where a metric was not logged. */
export interface History {
  columns: string[];
  rows: (number | null)[][];
}

export const history: Decoder<History> = object<History>({
  columns: array(string),
  rows: array(array(nullable(number))),
});
