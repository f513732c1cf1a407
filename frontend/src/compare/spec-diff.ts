/** What a spec says at a path, as people write it: `optimizer.learning_rate`, `callbacks.early_stopping.patience`. */
export type Flat = ReadonlyMap<string, string | number | boolean | null>;

/** A path and what each run says there; undefined where one says nothing. */
export interface Difference {
  path: string;
  values: readonly (string | number | boolean | null | undefined)[];
}

/** Not what a run is, but what it is called. */
const NAMES = new Set(['name', 'tags', 'experiment']);
const MOST_LENGTH = 200;

/** Every leaf of a spec by its path. Callbacks go by their name, so that one more shifts no other. */
export function flatten(spec: unknown): Flat {
  const leaves = new Map<string, string | number | boolean | null>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) leaves.set(path, '[]');
      if (value.every((entry) => typeof entry !== 'object' || entry === null)) {
        leaves.set(path, JSON.stringify(value).slice(0, MOST_LENGTH));
        return;
      }
      value.forEach((entry: unknown, index) => {
        visit(entry, `${path}.${nameOf(entry) ?? String(index)}`);
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) visit(entry, path === '' ? key : `${path}.${key}`);
    } else if (typeof value === 'string') leaves.set(path, value.slice(0, MOST_LENGTH));
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      leaves.set(path, value);
  };
  visit(spec, '');
  return leaves;
}

function nameOf(entry: unknown): string | null {
  const name = typeof entry === 'object' && entry !== null ? (entry as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : null;
}

/** Drawn where nobody chose one, and then no two runs have the same. */
const SEED = 'seed';

/** Where specs differ, in the order in which they say it, the seed last. What only names a run is left out. */
export function differences(specs: readonly unknown[]): Difference[] {
  const flat = specs.map(flatten);
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return paths
    .filter((path) => !NAMES.has(path))
    .sort((a, b) => Number(a === SEED) - Number(b === SEED))
    .map((path) => ({ path, values: flat.map((one) => one.get(path)) }))
    .filter(({ values }) => new Set(values).size > 1);
}
