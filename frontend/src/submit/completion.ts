import type { Schema } from '../api/catalogue';
import { isRecord } from '../api/decode';
import { shown, variants } from '../schema/texts';
import { cursorAt } from './cursor';

/** Something that could stand at the cursor. */
export interface Proposal {
  word: string;
  /** A key is followed by a value. */
  kind: 'key' | 'value';
  /** In a few words: its default, or that it is needed. */
  note: string;
  /** What it is, in a sentence. */
  about: string;
  needed: boolean;
}

/** What a spec can be made of, and names that only the server's data and the spec itself tell. */
export interface Vocabulary {
  schema: Schema;
  datasets: readonly string[];
}

/** What could stand at a place of a spec that is being written, and where the word there begins. */
export function proposals(
  text: string,
  offset: number,
  vocabulary: Vocabulary,
): { from: number; found: Proposal[] } | null {
  const cursor = cursorAt(text, offset);
  if (cursor === null) return null;
  const { path, kind, from, spec, siblings, entry } = cursor;
  const schema = schemaAt(vocabulary.schema, spec, path);
  const values = () => valuesAt(path, schema, vocabulary, spec);
  const keys = () => keysOf(schema, at(spec, path)).filter(({ word }) => !siblings.includes(word));
  return { from, found: kind === 'value' ? values() : entry ? [...keys(), ...values()] : keys() };
}

/** The schema of what stands at a path, by the types that the spec names on the way; null where it has none. */
export function schemaAt(root: Schema, spec: unknown, path: readonly string[]): Schema | null {
  let schema: Schema | null = root;
  let value = spec;
  for (const token of path) {
    if (schema === null) return null;
    const inList = Array.isArray(value);
    schema = inList
      ? itemsOf(schema)
      : (chosen(schema, value)?.properties.get(token) ?? typeOf(schema, token));
    value = inList ? (value as unknown[])[Number(token)] : isRecord(value) ? value[token] : undefined;
  }
  return schema;
}

/** Of the objects that may stand for a value the one that it is; null where it does not say. */
function chosen(schema: Schema, value: unknown): Schema | null {
  if (schema.oneOf.length === 0) return schema;
  const type = isRecord(value) && typeof value['type'] === 'string' ? value['type'] : '';
  return variants(schema).get(type) ?? null;
}

/** Where the kind of an object is not said yet, its `type` is all that can be. */
function typeOf(schema: Schema, token: string): Schema | null {
  return token === 'type' ? ([...variants(schema).values()][0]?.properties.get('type') ?? null) : null;
}

function itemsOf(schema: Schema): Schema | null {
  return schema.items ?? schema.oneOf.find(({ type }) => type === 'array')?.items ?? null;
}

function at(spec: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, token) =>
      Array.isArray(value) ? (value as unknown[])[Number(token)] : isRecord(value) ? value[token] : undefined,
    spec,
  );
}

function keysOf(schema: Schema | null, value: unknown): Proposal[] {
  if (schema === null) return [];
  const own = chosen(schema, value);
  if (own === null) {
    return variants(schema).size === 0
      ? []
      : [{ word: 'type', kind: 'key', note: 'needed', about: schema.description, needed: true }];
  }
  return [...own.properties].map(([word, { default: unset, description }]) => {
    const needed = own.required.includes(word);
    return {
      word,
      kind: 'key',
      note: needed ? 'needed' : unset === undefined ? '' : `default: ${shown(unset)}`,
      about: description,
      needed,
    };
  });
}

function valuesAt(
  path: readonly string[],
  schema: Schema | null,
  { schema: root, datasets }: Vocabulary,
  spec: unknown,
): Proposal[] {
  const last = path.at(-1) ?? '';
  if (last === 'type') {
    const around = schemaAt(root, spec, path.slice(0, -1));
    if (around !== null && variants(around).size > 0) {
      return [...variants(around)]
        .filter(([, { type }]) => type !== 'string')
        .map(([word, { description }]) => value(word, description));
    }
  }
  if (last === 'dataset' || last === 'validation_dataset') return datasets.map((name) => value(name));
  if (last === 'monitor') return metricsOf(spec).map((name) => value(name));
  return schema === null
    ? []
    : wordsOf(schema).map((word) => value(word, variants(schema).get(word)?.description));
}

function value(word: string, about = ''): Proposal {
  return { word, kind: 'value', note: '', about, needed: false };
}

/** Values that are words. */
function wordsOf(schema: Schema): string[] {
  if (schema.type === 'boolean') return ['true', 'false'];
  const own = schema.enum ?? (typeof schema.const === 'string' ? [schema.const] : []);
  return [...own, ...schema.oneOf.flatMap((one) => (one.type === 'object' ? [] : wordsOf(one)))];
}

/** What a run of this spec will log. */
function metricsOf(spec: unknown): string[] {
  const listed: unknown = isRecord(spec) ? spec['metrics'] : undefined;
  const named = (Array.isArray(listed) ? (listed as unknown[]) : []).flatMap((one) => {
    const name: unknown = isRecord(one) ? one['type'] : one;
    return typeof name === 'string' ? [name] : [];
  });
  return ['loss', ...(named.length === 0 ? ['accuracy'] : named)].flatMap((name) => [`val_${name}`, name]);
}
