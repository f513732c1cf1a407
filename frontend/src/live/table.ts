/** Values of one metric, beside the x of the same index; null where it was not logged. May hold NaN and infinities. */
export type Column = readonly (number | null)[];

/** A table as it stands; the same object until the table changes. */
export interface TableView {
  readonly x: readonly number[];
  readonly columns: ReadonlyMap<string, Column>;
  /** Rows before this x are not here and are to be asked of the server; Infinity for all, null while all are here. */
  readonly trimmedBefore: number | null;
}

export const EMPTY_TABLE: TableView = { x: [], columns: new Map(), trimmedBefore: null };

/** Metrics by step or epoch, columnar, in order of x, bounded: when full, the oldest quarter goes. */
export class Table {
  private x: number[] = [];
  private readonly columns = new Map<string, (number | null)[]>();
  private readonly capacity: number;
  private trimmedBefore: number | null = null;
  private cached: TableView | null = EMPTY_TABLE;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Adds a row. One at an x already told, or before it, is told anew: it and what came after it gives way. */
  append(x: number, values: ReadonlyMap<string, number>): void {
    const last = this.x.at(-1);
    if (last !== undefined && x <= last) this.truncate(x);
    const row = this.x.length;
    if (row === 0 && this.trimmedBefore !== null) this.trimmedBefore = x;
    this.x.push(x);
    for (const name of values.keys()) {
      if (!this.columns.has(name)) this.columns.set(name, new Array<null>(row).fill(null));
    }
    for (const [name, column] of this.columns) column.push(values.get(name) ?? null);
    if (this.x.length > this.capacity) this.trim(Math.ceil(this.capacity / 4));
    this.cached = null;
  }

  /** Adds to the newest row where it is the one at x, as when several tell of one step; else adds a row. */
  merge(x: number, values: ReadonlyMap<string, number>): void {
    const row = this.x.length - 1;
    if (this.x[row] !== x) {
      this.append(x, values);
      return;
    }
    for (const [name, value] of values) {
      let column = this.columns.get(name);
      if (column === undefined) {
        column = new Array<null>(this.x.length).fill(null);
        this.columns.set(name, column);
      }
      column[row] = value;
    }
    this.cached = null;
  }

  /** Drops every row at x or beyond. */
  truncate(x: number): void {
    let rows = this.x.length;
    while (rows > 0 && (this.x[rows - 1] ?? x) >= x) rows--;
    if (rows === this.x.length) return;
    this.x.length = rows;
    for (const column of this.columns.values()) column.length = rows;
    this.cached = null;
  }

  /** Lets every row go: all that was told so far is to be asked of the server. */
  letGo(): void {
    this.x = [];
    this.columns.clear();
    this.trimmedBefore = Infinity;
    this.cached = null;
  }

  view(): TableView {
    this.cached ??= { x: this.x, columns: new Map(this.columns), trimmedBefore: this.trimmedBefore };
    return this.cached;
  }

  private trim(rows: number): void {
    this.x = this.x.slice(rows);
    for (const [name, column] of this.columns) this.columns.set(name, column.slice(rows));
    this.trimmedBefore = this.x[0] ?? null;
  }
}
