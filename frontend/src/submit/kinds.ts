import type { Schema } from '../api/catalogue';
import { isRecord } from '../api/decode';
import { AS_TEXT, textOf, variants } from '../schema/texts';

/** The schema of a list's entries where these are of several kinds. */
export function entriesOf(schema: Schema): Schema | null {
  return schema.type === 'array' && schema.items !== null && kinds(schema.items).length > 0
    ? schema.items
    : null;
}

export function hasParts(schema: Schema): boolean {
  return variants(schema).size > 0 || entriesOf(schema) !== null || isObject(schema);
}

export function isObject(schema: Schema): boolean {
  return schema.type === 'object' && schema.properties.size > 0;
}

/** The kinds of object that may stand somewhere. */
export function kinds(schema: Schema): string[] {
  return [...variants(schema).keys()].filter((kind) => kind !== AS_TEXT);
}

/** Whether the name of a kind can stand for an object of it. */
function byName(schema: Schema, kind: string): boolean {
  return schema.oneOf.some((one) => one.enum?.includes(kind) === true);
}

export function kindOf(schema: Schema, value: unknown): string {
  if (isRecord(value)) return typeof value['type'] === 'string' ? value['type'] : '';
  if (typeof value !== 'string') return '';
  return byName(schema, value) ? value : AS_TEXT;
}

/** A value of a kind, with what the one before had in common with it. */
export function ofKind(schema: Schema, kind: string, before: unknown): unknown {
  if (kind === AS_TEXT) return typeof before === 'string' ? before : 'lr';
  const properties = variants(schema).get(kind)?.properties;
  const kept = Object.entries(isRecord(before) ? before : {}).filter(
    ([name]) => name !== 'type' && properties?.has(name) === true,
  );
  return kept.length === 0 && byName(schema, kind) ? kind : { type: kind, ...Object.fromEntries(kept) };
}

const MOST_SAID = 60;

/** A value in so many words that they fit on a line. */
export function summary(value: unknown, without?: string): string {
  const text = isRecord(value)
    ? Object.entries(value)
        .filter(([name]) => name !== without)
        .map(([name, inner]) => (name === 'type' ? textOf(inner) : `${name} ${textOf(inner)}`))
        .join(' · ')
    : Array.isArray(value)
      ? value.map((one: unknown) => (isRecord(one) ? textOf(one['type'] ?? '?') : textOf(one))).join(', ')
      : value === undefined || value === null
        ? ''
        : textOf(value);
  return text.length > MOST_SAID ? `${text.slice(0, MOST_SAID)}…` : text;
}
