import type { Difference } from './spec-diff';

type Value = Difference['values'][number];

/** An axis of parameters or results: where each run stands on it, 0 to 1, and what is written at it. */
export interface Coordinate {
  name: string;
  /** Null where a run has no value. */
  places: readonly (number | null)[];
  ticks: readonly { at: number; label: string }[];
}

/** Numbers whose largest is so many times the smallest stand on a logarithmic scale. */
const WIDE = 10;
const MOST_WORDS = 12;

/** Lays values out: numbers by size, anything else as words in their order. */
export function coordinate(
  name: string,
  values: readonly Value[],
  format: (value: Value) => string,
): Coordinate {
  const present = values.filter((value) => value !== undefined && value !== null);
  const numbers = present.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  if (numbers.length > 0 && numbers.length === present.length) {
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    const log = low > 0 && high / low >= WIDE;
    const scale = (value: number) => (log ? Math.log(value) : value);
    const place = (value: number) =>
      high > low ? (scale(value) - scale(low)) / (scale(high) - scale(low)) : 0.5;
    return {
      name,
      places: values.map((value) =>
        typeof value === 'number' && Number.isFinite(value) ? place(value) : null,
      ),
      ticks: [...new Set([low, high])].map((value) => ({ at: place(value), label: format(value) })),
    };
  }
  const words = [...new Set(values.filter((value) => value !== undefined).map(format))];
  const at = (word: string) => (words.length === 1 ? 0.5 : words.indexOf(word) / (words.length - 1));
  return {
    name,
    places: values.map((value) => (value === undefined ? null : at(format(value)))),
    ticks: words.slice(0, MOST_WORDS).map((label) => ({ at: at(label), label })),
  };
}

/** Runs that say the same at a path, in the order in which they come. */
export function groupsOf(
  ids: readonly number[],
  difference: Difference,
  format: (value: Value) => string,
): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  ids.forEach((id, row) => {
    const name = format(difference.values[row]);
    groups.set(name, [...(groups.get(name) ?? []), id]);
  });
  return groups;
}
