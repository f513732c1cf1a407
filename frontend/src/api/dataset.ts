import {
  array,
  integer,
  map,
  nullable,
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
