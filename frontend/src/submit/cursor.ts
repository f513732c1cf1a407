import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** Where a cursor stands in a spec. */
export interface Cursor {
  /** Names and numbers that lead to the object of a key, or to the value. */
  path: readonly string[];
  kind: 'key' | 'value';
  /** Whether a list's entry could stand here as a word, too. */
  entry: boolean;
  /** Where the word begins that is being typed; offsets count from 0. */
  from: number;
  /** Of a key: its siblings. */
  siblings: readonly string[];
  /** All that the spec says, the word at the cursor left out where it is a key. */
  spec: unknown;
}

/** A letter of Unicode's private area, which stands for the word at the cursor. */
const MARK = '\uF8FF';
const WORD_BEFORE = /[\w.+-]*$/;
const WORD_AFTER = /^[\w.+-]*/;
const LINE_OF_ITS_OWN = /^\s*(?:- +)*$/;

/** Finds out where a cursor stands, in a text that may be half written; null where nothing can be said. */
export function cursorAt(text: string, offset: number): Cursor | null {
  const word = WORD_BEFORE.exec(text.slice(0, offset))?.[0] ?? '';
  const from = offset - word.length;
  const after = text.slice(offset).replace(WORD_AFTER, '');
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  // On a line of its own a word will be a key; without its colon it would go on with the value before.
  const alone = LINE_OF_ITS_OWN.test(line) && /^[ \t]*(?:\n|$)/.test(after);
  const document = parseDocument(`${text.slice(0, from)}${MARK}${alone ? ':' : ''}${after}`);
  const found = search(document.contents, []);
  if (found === null) return null;
  return { ...found, entry: alone && line.trimEnd().endsWith('-'), from, spec: document.toJS() as unknown };
}

type Found = Pick<Cursor, 'path' | 'kind' | 'siblings'>;

function search(node: unknown, path: readonly string[]): Found | null {
  if (isScalar(node)) return marked(node.value) ? { path, kind: 'value', siblings: [] } : null;
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = search(item, [...path, String(index)]);
      if (found !== null) return found;
    }
  }
  if (isMap(node)) {
    const names = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
    for (const [index, { value }] of node.items.entries()) {
      const name = names[index] ?? '';
      if (marked(name)) return { path, kind: 'key', siblings: names.filter((other) => !marked(other)) };
      const found = search(value, [...path, name]);
      if (found !== null) return found;
    }
  }
  return null;
}

function marked(value: unknown): boolean {
  return typeof value === 'string' && value.includes(MARK);
}
