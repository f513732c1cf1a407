import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  stringify,
  type Document,
  type Node,
} from 'yaml';

/** A stretch of a text; lines count from 1, offsets from 0. */
export interface Place {
  line: number;
  from: number;
  to: number;
}

/** A spec's text with where everything in it stands. */
export class SpecDocument {
  private readonly text: string;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(text: string) {
    this.text = text;
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
  }

  /** What is no YAML, with where. */
  syntaxErrors(): { place: Place; detail: string }[] {
    return this.document.errors.map((error) => ({
      place: this.place(error.pos[0], error.pos[1]),
      detail: error.message,
    }));
  }

  /**
   * Where a JSON Pointer fragment (`#/callbacks/0/patience`) points. What is not there, such as a missing field, is shown
   * where it should be: at the nearest part that is.
   */
  locate(pointer: string): Place {
    let node: unknown = this.document.contents;
    let found = this.place(0, 0);
    for (const token of tokens(pointer)) {
      const next = child(node, token);
      if (next === null) return found;
      found = this.place(...next.range);
      node = next.value;
    }
    return found;
  }

  /** What it says; null where it is no YAML. */
  value(): unknown {
    return this.document.errors.length === 0 ? (this.document.toJS() as unknown) : null;
  }

  /**
   * The text with another value at a pointer; undefined takes it away. A word or a number changes where it stands; for
   * anything else the text is laid out anew, with its comments.
   */
  with(pointer: string, value: unknown): string {
    const path = tokens(pointer);
    const node: unknown = this.document.getIn(path, true);
    if (isScalar(node) && node.range && value !== undefined && typeof value !== 'object') {
      const [from, to] = node.range;
      return this.text.slice(0, from) + written(value) + this.text.slice(to);
    }
    const flow = isCollection(node) ? node.flow === true : path.length > 1;
    return this.edited((document) => {
      if (value === undefined) document.deleteIn(path);
      else document.setIn(path, document.createNode(value, { flow }));
    });
  }

  /** The text with an entry of a list so many places further down. */
  withMoved(pointer: string, by: number): string {
    const path = tokens(pointer);
    const index = Number(path.at(-1));
    return this.edited((document) => {
      const list: unknown = document.getIn(path.slice(0, -1), true);
      if (isSeq(list)) list.items.splice(index + by, 0, ...list.items.splice(index, 1));
    });
  }

  private edited(edit: (document: Document) => void): string {
    const document = parseDocument(this.text);
    edit(document);
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }

  /** The whole of a line; for errors that name one. */
  atLine(line: number): Place {
    const from = this.lines.lineStarts[line - 1];
    return from === undefined ? this.place(0, 0) : this.place(from, from);
  }

  /** A stretch, up to the end of its first line, so that an error in a block marks where the block begins. */
  private place(from: number, to: number): Place {
    const start = Math.min(from, this.text.length);
    const { line } = this.lines.linePos(start);
    const newline = this.text.indexOf('\n', start);
    const lineEnd = newline === -1 ? this.text.length : newline;
    return { line: Math.max(1, line), from: start, to: to > start ? Math.min(to, lineEnd) : lineEnd };
  }
}

/** A word or a number as it stands in a text. */
function written(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

/** `#/a~1b/0` to `a/b`, `0`. */
function tokens(pointer: string): string[] {
  const path = pointer.replace(/^#/, '');
  if (path === '' || path === '/') return [];
  return path
    .split('/')
    .slice(1)
    .map((token) => decode(token).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

interface Child {
  value: unknown;
  range: [number, number];
}

function child(node: unknown, token: string): Child | null {
  if (isSeq(node)) {
    const item = node.items[Number(token)] as Node | undefined;
    return item?.range ? { value: item, range: [item.range[0], item.range[1]] } : null;
  }
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === token,
    );
    if (!pair || !isScalar(pair.key) || !pair.key.range) return null;
    const value = pair.value as Node | null;
    return { value, range: [pair.key.range[0], value?.range ? value.range[1] : pair.key.range[1]] };
  }
  return null;
}

/** The line that a message names, as in `… at line 3, column 5`; null for none. */
export function lineIn(detail: string): number | null {
  const found = /\bline:? (\d+)/i.exec(detail);
  return found === null ? null : Number(found[1]);
}
