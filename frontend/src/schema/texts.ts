import { parse, stringify } from 'yaml';
import type { Schema } from '../api/catalogue';
import { isRecord } from '../api/decode';
import type { ProblemEntry } from '../api/problem';

/** What stands in the fields of a form, by JSON Pointer; empty for what is left to its default. */
export type Texts = Readonly<Record<string, string>>;

type Values = Readonly<Record<string, unknown>>;

/** What a field takes: a word of a few, a number, a text, one of several kinds of object, or anything, as YAML. */
export type FieldKind = 'flag' | 'choice' | 'number' | 'text' | 'variants' | 'yaml';

/** The variant that is no object but a text, as an expression is. */
export const AS_TEXT = 'expression';

export function fieldKind(schema: Schema): FieldKind {
  if (variants(schema).size > 0) return 'variants';
  if (schema.enum !== null) return 'choice';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return schema.type === 'string' ? 'text' : 'yaml';
}

/** The objects that may stand for a value, by their `type`; and a text, where one may. */
export function variants(schema: Schema): ReadonlyMap<string, Schema> {
  const objects = schema.oneOf.flatMap((one): [string, Schema][] => {
    const type = one.properties.get('type')?.const;
    return typeof type === 'string' ? [[type, one]] : [];
  });
  const text = schema.oneOf.find((one) => one.type === 'string' && one.enum === null);
  return new Map(objects.length === 0 || text === undefined ? objects : [[AS_TEXT, text], ...objects]);
}

/** The parameters that a form shows: a `type` that is fixed is not one. */
export function fields(schema: Schema): [string, Schema][] {
  return [...schema.properties].filter(([name, field]) => name !== 'type' || field.const === undefined);
}

/** Where the text of a variant that is a text stands. */
export function textPointer(pointer: string): string {
  return `${pointer}/${AS_TEXT}`;
}

/** The fields of a form for these values. */
export function textsOf(schema: Schema, values: Values, at = ''): Texts {
  const texts: Record<string, string> = {};
  for (const [name, field] of fields(schema)) {
    const pointer = `${at}/${name}`;
    const value = values[name];
    if (value === undefined || value === null) continue;
    if (fieldKind(field) !== 'variants') {
      texts[pointer] = textOf(value);
    } else if (isRecord(value)) {
      const type = typeof value['type'] === 'string' ? value['type'] : '';
      const variant = variants(field).get(type);
      texts[pointer] = type;
      if (variant !== undefined) Object.assign(texts, textsOf(variant, value, pointer));
    } else {
      texts[pointer] = AS_TEXT;
      texts[textPointer(pointer)] = shown(value);
    }
  }
  return texts;
}

/** What stands in a field for a value. */
export function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

/** The values that the fields of a form say, those left empty left out, and what is no value. */
export function valuesOf(
  schema: Schema,
  texts: Texts,
  at = '',
): { values: Record<string, unknown>; faults: ProblemEntry[] } {
  const values: Record<string, unknown> = {};
  const faults: ProblemEntry[] = [];
  for (const [name, field] of fields(schema)) {
    const pointer = `${at}/${name}`;
    const text = texts[pointer] ?? '';
    if (text === '') continue;
    if (fieldKind(field) === 'variants' && text !== AS_TEXT) {
      const variant = variants(field).get(text);
      const inner = variant === undefined ? { values: {}, faults: [] } : valuesOf(variant, texts, pointer);
      values[name] = { type: text, ...inner.values };
      faults.push(...inner.faults);
      continue;
    }
    try {
      values[name] = readText(field, text === AS_TEXT ? (texts[textPointer(pointer)] ?? '') : text);
    } catch (error) {
      faults.push({
        pointer,
        code: 'syntax',
        detail: error instanceof Error ? error.message : 'is no value',
      });
    }
  }
  return { values, faults };
}

/** The value that a field's text says; throws where it says none. */
export function readText(schema: Schema, text: string): unknown {
  const kind = fieldKind(schema);
  switch (kind) {
    case 'flag':
      return text === 'true';
    case 'choice':
    case 'text':
    case 'variants':
      return text;
    case 'number': {
      const value = Number(text.replace(',', '.'));
      if (!Number.isFinite(value)) throw new Error('must be a number');
      return value;
    }
    case 'yaml':
      // A list can be written without its brackets.
      return parse(schema.type === 'array' && !/^\s*[[-]/.test(text) ? `[${text}]` : text) as unknown;
  }
}

/** What an update has to send: what is another than before, null for what goes back to its default. */
export function changes(before: Values, after: Values): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed: Record<string, unknown> = {};
  for (const name of names) {
    if (canonical(before[name]) !== canonical(after[name])) changed[name] = after[name] ?? null;
  }
  return changed;
}

/** The same text for the same value, in whatever order its fields come. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** A value in a few words. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'default';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
