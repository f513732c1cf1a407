/** A row of the layer table. */
export interface LayerRow {
  name: string;
  output_shape: number[];
  parameters: number;
}

/** A layer with the branches of layers within it. */
export interface Layer {
  number: string;
  type: string;
  shape: number[];
  parameters: number;
  branches: Layer[][];
}

/** The layer table as layers one after the other: `3.body.0 conv2d` is within `3 residual`, in its branch `body`. */
export function nest(rows: readonly LayerRow[]): Layer[] {
  const outermost: Layer[] = [];
  const known = new Map<string, Layer>();
  const branches = new Map<string, Layer[]>();
  for (const row of rows) {
    const space = row.name.indexOf(' ');
    const number = space < 0 ? row.name : row.name.slice(0, space);
    const layer: Layer = {
      number,
      type: space < 0 ? '' : row.name.slice(space + 1),
      shape: row.output_shape,
      parameters: row.parameters,
      branches: [],
    };
    const owner = ownerOf(number, known);
    known.set(number, layer);
    if (owner === undefined) {
      outermost.push(layer);
      continue;
    }
    const branch = number.slice(0, number.lastIndexOf('.'));
    const list = branches.get(branch);
    if (list === undefined) {
      const begun = [layer];
      branches.set(branch, begun);
      owner.branches.push(begun);
    } else {
      list.push(layer);
    }
  }
  return outermost;
}

function ownerOf(number: string, known: ReadonlyMap<string, Layer>): Layer | undefined {
  for (let end = number.lastIndexOf('.'); end > 0; end = number.lastIndexOf('.', end - 1)) {
    const owner = known.get(number.slice(0, end));
    if (owner !== undefined) return owner;
  }
  return undefined;
}
