import {
  array,
  boolean,
  integer,
  nullable,
  number,
  object,
  string,
  withDefault,
  type Decoder,
} from '../api/decode';

/** An artifact as the server lists it. Those of one name are a series by step. */
export interface Artifact {
  name: string;
  kind: string;
  epoch: number | null;
  step: number;
  bytes: number;
}

export const artifactPage = object<{ items: Artifact[]; next_cursor: string | null }>({
  items: array(
    object<Artifact>({ name: string, kind: string, epoch: nullable(integer), step: integer, bytes: integer }),
  ),
  next_cursor: nullable(string),
});

export interface Histogram {
  name: string;
  min: number;
  max: number;
  mean: number;
  deviation: number;
  counts: number[];
}

export interface Histograms {
  weights: Histogram[];
  gradients: Histogram[];
}

const histogram = object<Histogram>({
  name: string,
  min: number,
  max: number,
  mean: number,
  deviation: number,
  counts: array(number),
});
export const histograms: Decoder<Histograms> = object<Histograms>({
  weights: array(histogram),
  gradients: withDefault(array(histogram), []),
});

export interface RankCurve {
  class: string;
  positives: number;
  auc: number | null;
  average_precision: number | null;
  fpr: number[];
  tpr: number[];
  recall: number[];
  precision: number[];
}

/** Rows of the matrix are what was there, columns what was predicted. */
export interface Confusion {
  examples: number;
  classes: string[];
  matrix: number[][];
  curves: RankCurve[];
}

export const confusion: Decoder<Confusion> = object<Confusion>({
  examples: integer,
  classes: array(string),
  matrix: array(array(integer)),
  curves: withDefault(
    array(
      object<RankCurve>({
        class: string,
        positives: integer,
        auc: nullable(number),
        average_precision: nullable(number),
        fpr: array(number),
        tpr: array(number),
        recall: array(number),
        precision: array(number),
      }),
    ),
    [],
  ),
});

export interface Score {
  label: string;
  score: number | null;
  target: number | null;
}

export interface Sample {
  example: number;
  wrong: boolean;
  loss: number | null;
  scores: Score[];
  labels: string[];
  /** PNG in base64. */
  picture: string | null;
  text: string | null;
}

/** Sample predictions, or a text that was written; the other is null. */
export interface Predictions {
  of: string | null;
  examples: number;
  mistakes: number | null;
  samples: Sample[];
  prompt: string | null;
  text: string | null;
}

export const predictions: Decoder<Predictions> = object<Predictions>({
  of: nullable(string),
  examples: withDefault(integer, 0),
  mistakes: nullable(integer),
  samples: withDefault(
    array(
      object<Sample>({
        example: integer,
        wrong: boolean,
        loss: nullable(number),
        scores: array(object<Score>({ label: string, score: nullable(number), target: nullable(number) })),
        labels: array(string),
        picture: nullable(string),
        text: nullable(string),
      }),
    ),
    [],
  ),
  prompt: nullable(string),
  text: nullable(string),
});

/** `vectors`: floats of 32 bits, little-endian, row by row, in base64. */
export interface Embedding {
  layer: string;
  dimensions: number;
  vectors: string;
  examples: number[];
  labels: string[];
}

export const embedding: Decoder<Embedding> = object<Embedding>({
  layer: string,
  dimensions: integer,
  vectors: string,
  examples: array(integer),
  labels: array(string),
});
