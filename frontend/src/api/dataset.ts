import {
  array,
  integer,
  map,
  nullable,
  number,
  object,
  oneOf,
  string,
  unknown,
  withDefault,
  type Decoder,
} from './decode';

export interface Column {
  name: string;
  kind: 'numeric' | 'categorical';
  categories: string[];
}

/** Figures of a column, or of a channel of pictures; null where it has none. */
export interface Statistics {
  column: string;
  min: number | null;
  max: number | null;
  mean: number | null;
  std: number | null;
  distinct: number | null;
}

export interface Dataset {
  name: string;
  format: string;
  rows: number;
  bytes: number | null;
  sha256: string | null;
  schema: {
    test_rows: number;
    columns: Column[];
    image_shape: number[] | null;
    classes: string[];
    target: string[];
  };
  class_counts: ReadonlyMap<string, number>;
  statistics: Statistics[];
  preview: {
    columns: string[];
    rows: string[][];
    images: { label: string; png: string }[];
  };
}

const cell: Decoder<string> = (value) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

export const dataset: Decoder<Dataset> = object<Dataset>({
  name: string,
  format: withDefault(string, ''),
  rows: withDefault(integer, 0),
  bytes: nullable(integer),
  sha256: nullable(string),
  schema: withDefault(
    object<Dataset['schema']>({
      test_rows: withDefault(integer, 0),
      columns: withDefault(
        array(
          object<Column>({
            name: string,
            kind: oneOf('numeric', 'categorical'),
            categories: withDefault(array(string), []),
          }),
        ),
        [],
      ),
      image_shape: nullable(array(integer)),
      classes: withDefault(array(string), []),
      target: withDefault(array(string), []),
    }),
    { test_rows: 0, columns: [], image_shape: null, classes: [], target: [] },
  ),
  class_counts: withDefault(map(integer), new Map<string, number>()),
  statistics: withDefault(
    array(
      object<Statistics>({
        column: string,
        min: nullable(number),
        max: nullable(number),
        mean: nullable(number),
        std: nullable(number),
        distinct: nullable(integer),
      }),
    ),
    [],
  ),
  preview: withDefault(
    object<Dataset['preview']>({
      columns: withDefault(array(string), []),
      rows: withDefault(array(array(cell)), []),
      images: withDefault(array(object({ label: cell, png: string })), []),
    }),
    { columns: [], rows: [], images: [] },
  ),
});

export const datasetPage: Decoder<Dataset[]> = (value, path = '') =>
  Array.isArray(value)
    ? array(dataset)(value, path)
    : object<{ items: Dataset[]; next_cursor: unknown }>({ items: array(dataset), next_cursor: unknown })(
        value,
        path,
      ).items;
