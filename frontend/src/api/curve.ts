import { array, integer, number, object, oneOf, string, type Decoder } from './decode';

/** One or more recorded points put together; `x` is the step or epoch of the last of them. */
export interface CurvePoint {
  x: number;
  min: number;
  max: number;
  mean: number;
  last: number;
  count: number;
}

export interface Curve {
  name: string;
  by: 'step' | 'epoch';
  points: CurvePoint[];
}

export const curve: Decoder<Curve> = object<Curve>({
  name: string,
  by: oneOf('step', 'epoch'),
  points: array(
    object<CurvePoint>({ x: integer, min: number, max: number, mean: number, last: number, count: integer }),
  ),
});

/** A metric that was recorded, by step or by epoch. */
export interface Metric {
  name: string;
  by: 'step' | 'epoch';
  count: number;
  last: number;
}

const metrics = object<{ items: Metric[] }>({
  items: array(object<Metric>({ name: string, by: oneOf('step', 'epoch'), count: integer, last: number })),
});

export const metricList: Decoder<Metric[]> = (value, path = '') => metrics(value, path).items;
