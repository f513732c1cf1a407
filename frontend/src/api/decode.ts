/** Turns a value from the wire into a T, or throws a {@link DecodeError} that says where it is not one. */
export type Decoder<T> = (value: unknown, path?: string) => T;

export class DecodeError extends Error {
  constructor(path: string, expected: string, value: unknown) {
    super(`${path === '' ? 'the message' : path} should be ${expected}, was ${describe(value)}`);
    this.name = 'DecodeError';
  }
}

const LONGEST_ECHO = 64;

function describe(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? typeof value : text.slice(0, LONGEST_ECHO);
}

export const string: Decoder<string> = (value, path = '') => {
  if (typeof value === 'string') return value;
  throw new DecodeError(path, 'a string', value);
};

export const boolean: Decoder<boolean> = (value, path = '') => {
  if (typeof value === 'boolean') return value;
  throw new DecodeError(path, 'true or false', value);
};

/** Numbers that are not finite travel as strings. */
export const number: Decoder<number> = (value, path = '') => {
  if (typeof value === 'number') return value;
  switch (value) {
    case 'NaN':
      return NaN;
    case 'Infinity':
      return Infinity;
    case '-Infinity':
      return -Infinity;
    default:
      throw new DecodeError(path, 'a number', value);
  }
};

export const integer: Decoder<number> = (value, path = '') => {
  if (Number.isSafeInteger(value)) return value as number;
  throw new DecodeError(path, 'a whole number', value);
};

export const unknown: Decoder<unknown> = (value) => value;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent and null are the same: null. */
export function nullable<T>(inner: Decoder<T>): Decoder<T | null> {
  return (value, path = '') => (value === undefined || value === null ? null : inner(value, path));
}

/** Absent and null are the same: the fallback. */
export function withDefault<T>(inner: Decoder<T>, fallback: T): Decoder<T> {
  return (value, path = '') => (value === undefined || value === null ? fallback : inner(value, path));
}

export function array<T>(item: Decoder<T>): Decoder<T[]> {
  return (value, path = '') => {
    if (!Array.isArray(value)) throw new DecodeError(path, 'a list', value);
    return value.map((entry, index) => item(entry, `${path}/${index}`));
  };
}

/** An object whose keys are data. Keeps their order. */
export function map<T>(item: Decoder<T>): Decoder<ReadonlyMap<string, T>> {
  return (value, path = '') => {
    if (!isRecord(value)) throw new DecodeError(path, 'an object', value);
    return new Map(Object.entries(value).map(([key, entry]) => [key, item(entry, `${path}/${key}`)]));
  };
}

/** An object with these fields. Others are passed over: a newer server may say more. */
export function object<T extends object>(fields: { [K in keyof T]-?: Decoder<T[K]> }): Decoder<T> {
  return (value, path = '') => {
    if (!isRecord(value)) throw new DecodeError(path, 'an object', value);
    const decoded: Partial<T> = {};
    for (const key of Object.keys(fields) as (keyof T & string)[]) {
      decoded[key] = fields[key](value[key], `${path}/${key}`);
    }
    return decoded as T;
  };
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Decoder<T> {
  return (value, path = '') => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new DecodeError(path, `one of ${allowed.join(', ')}`, value);
    return found;
  };
}
