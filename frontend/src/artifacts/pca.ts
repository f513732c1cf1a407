const ROUNDS = 100;
const ENOUGH = 1e-9;

/** Points on the two directions in which rows differ most, and the share of all variance along each. */
export interface Projection {
  x: Float64Array;
  y: Float64Array;
  shares: [number, number];
}

/** Rows of floats from base64. */
export function decodeVectors(base64: string): Float32Array {
  const binary = atob(base64);
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(i * 4, true));
}

/** Principal component analysis of `count` rows, by power iteration; what is not finite counts as 0. */
export function project(vectors: Float32Array, dimensions: number): Projection {
  const count = Math.floor(vectors.length / dimensions);
  const centred = centre(vectors, count, dimensions);
  let variance = 0;
  for (const value of centred) variance += value * value;
  const first = component(centred, count, dimensions, null);
  const second = component(centred, count, dimensions, first);
  const x = along(centred, count, dimensions, first);
  const y = along(centred, count, dimensions, second);
  const share = (part: Float64Array) =>
    variance > 0 ? part.reduce((sum, v) => sum + v * v, 0) / variance : 0;
  return { x, y, shares: [share(x), share(y)] };
}

function centre(vectors: Float32Array, count: number, dimensions: number): Float64Array {
  const centred = Float64Array.from(vectors.subarray(0, count * dimensions), (v) =>
    Number.isFinite(v) ? v : 0,
  );
  for (let column = 0; column < dimensions; column++) {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += centred[row * dimensions + column] ?? 0;
    const mean = count > 0 ? sum / count : 0;
    for (let row = 0; row < count; row++) {
      const at = row * dimensions + column;
      centred[at] = (centred[at] ?? 0) - mean;
    }
  }
  return centred;
}

function along(rows: Float64Array, count: number, dimensions: number, direction: Float64Array): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < dimensions; i++) sum += (rows[row * dimensions + i] ?? 0) * (direction[i] ?? 0);
    return sum;
  });
}

/** The direction of most variance at right angles to `other`. Begins the same each time, so that pictures do not jump. */
function component(
  rows: Float64Array,
  count: number,
  dimensions: number,
  other: Float64Array | null,
): Float64Array {
  let direction = Float64Array.from({ length: dimensions }, (_, i) => Math.cos(i * (other ? 1.7 : 1) + 1));
  normalize(direction, other);
  for (let round = 0; round < ROUNDS; round++) {
    const points = along(rows, count, dimensions, direction);
    const next = new Float64Array(dimensions);
    for (let row = 0; row < count; row++) {
      const point = points[row] ?? 0;
      for (let i = 0; i < dimensions; i++)
        next[i] = (next[i] ?? 0) + point * (rows[row * dimensions + i] ?? 0);
    }
    if (!normalize(next, other)) break;
    let change = 0;
    for (let i = 0; i < dimensions; i++) change += ((next[i] ?? 0) - (direction[i] ?? 0)) ** 2;
    direction = next;
    if (change < ENOUGH) break;
  }
  return direction;
}

/** To length 1, without what lies along `other`; false for one that is nothing but that. */
function normalize(direction: Float64Array, other: Float64Array | null): boolean {
  if (other) {
    let overlap = 0;
    for (let i = 0; i < direction.length; i++) overlap += (direction[i] ?? 0) * (other[i] ?? 0);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) - overlap * (other[i] ?? 0);
  }
  const length = Math.sqrt(direction.reduce((sum, v) => sum + v * v, 0));
  if (length < 1e-12) {
    direction.fill(0);
    return false;
  }
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) / length;
  return true;
}
