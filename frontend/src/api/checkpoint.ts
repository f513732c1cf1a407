import { array, integer, map, nullable, number, object, string, withDefault, type Decoder } from './decode';

export interface Checkpoint {
  name: string;
  epoch: number | null;
  step: number | null;
  metrics: ReadonlyMap<string, number>;
  bytes: number;
  sha256: string | null;
  created_at: string;
  kind: string;
  tags: string[];
}

const checkpoint: Decoder<Checkpoint> = object<Checkpoint>({
  name: string,
  epoch: nullable(integer),
  step: nullable(integer),
  metrics: withDefault(map(number), new Map<string, number>()),
  bytes: integer,
  sha256: nullable(string),
  created_at: string,
  kind: string,
  tags: withDefault(array(string), []),
});

export const checkpointList: Decoder<Checkpoint[]> = array(checkpoint);
