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
