import {
  array,
  boolean,
  map,
  nullable,
  number,
  object,
  string,
  unknown,
  withDefault,
  type Decoder,
} from './decode';
import { call } from './http';

/** As much of a JSON Schema as the server's catalogue makes use of. */
export interface Schema {
  type: string | null;
  description: string;
  unit: string | null;
  default: unknown;
  const: unknown;
  enum: string[] | null;
  minimum: number | null;
  maximum: number | null;
  writeOnly: boolean;
  properties: ReadonlyMap<string, Schema>;
  required: string[];
  oneOf: Schema[];
  items: Schema | null;
}

/** The server's schemas are a few levels deep; one without end is cut. */
const DEEPEST = 12;

export const schema: Decoder<Schema> = (value, path = '') => nested(0)(value, path);

function nested(depth: number): Decoder<Schema> {
  return (value, path = '') => {
    const inner = depth < DEEPEST ? nested(depth + 1) : () => schema({}, '');
    return object<Schema>({
      type: nullable(string),
      description: withDefault(string, ''),
      unit: nullable(string),
      default: unknown,
      const: unknown,
      enum: nullable(array(string)),
      minimum: nullable(number),
      maximum: nullable(number),
      writeOnly: withDefault(boolean, false),
      properties: withDefault(map(inner), new Map<string, Schema>()),
      required: withDefault(array(string), []),
      oneOf: withDefault(array(inner), []),
      items: nullable(inner),
    })(value, path);
  };
}

/** Something that a spec can name, with the schema of its parameters. */
export interface Entry {
  name: string;
  description: string;
  schema: Schema;
  /** Of a callback: whether a running job can be given one, and a change of it; and whether it can be taken away. */
  changeable: boolean;
  removable: boolean;
}

const entries: Decoder<{ items: Entry[] }> = object({
  items: array(
    object<Entry>({
      name: string,
      description: withDefault(string, ''),
      schema,
      changeable: withDefault(boolean, true),
      removable: withDefault(boolean, true),
    }),
  ),
});

/** `specs` has a job's spec as a whole. */
export type CatalogueKind = 'callbacks' | 'specs';

export async function getCatalogue(kind: CatalogueKind, signal: AbortSignal): Promise<Entry[]> {
  return (await call(`/catalogue/${kind}`, entries, { signal })).items;
}
