import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/problem';
import { EXAMPLES } from './examples';
import { refusalFindings } from './findings';
import { lineIn, SpecDocument } from './locate';

const SPEC = `name: mnist
epochs: 20
data: {dataset: mnist, validation_split: 0.1}
model:
  type: sequential
  layers:
    - {type: conv2d, filters: 32, kernel: 5}
    - type: dense
      units: 10
callbacks:
  - {type: EarlyStopping, patience: -1}
"odd/key": 1
`;

function marked(pointer: string): [number, string] {
  const { line, from, to } = new SpecDocument(SPEC).locate(pointer);
  return [line, SPEC.slice(from, to)];
}

describe('a pointer', () => {
  it.each([
    ['#/epochs', 2, 'epochs: 20'],
    ['#/data/validation_split', 3, 'validation_split: 0.1'],
    ['#/model/layers/0/kernel', 7, 'kernel: 5'],
    ['#/model/layers/1', 8, 'type: dense'],
    ['#/model/layers/1/units', 9, 'units: 10'],
    ['#/callbacks/0/patience', 11, 'patience: -1'],
    ['#/odd~1key', 12, '"odd/key": 1'],
  ])('%s is at line %i', (pointer, line, text) => {
    expect(marked(pointer)).toEqual([line, text]);
  });

  it('to a field that is missing is at the part that should hold it', () => {
    expect(marked('#/data/target')).toEqual([3, 'data: {dataset: mnist, validation_split: 0.1}']);
  });

  it('to the whole is at the first line', () => {
    expect(marked('#')).toEqual([1, 'name: mnist']);
  });

  it('to an item that is not there is at its list', () => {
    expect(marked('#/callbacks/7/type')[0]).toBe(10);
  });

  it('into nothing does no harm', () => {
    expect(new SpecDocument('').locate('#/a/b').line).toBe(1);
  });

  it('finds its way in JSON too', () => {
    expect(new SpecDocument('{\n  "epochs": 1,\n  "seed": -4\n}').locate('#/seed').line).toBe(3);
  });
});

describe('findings', () => {
  it('are at the line of what is no YAML', () => {
    const [first] = new SpecDocument('a: 1\nb: [1, 2\nc: 3\n').syntaxErrors();

    expect(first?.place.line).toBeGreaterThanOrEqual(2);
  });

  it('of a text that cannot be read are at the line that the server names', () => {
    const refusal = new ApiError({
      title: 'Bad',
      status: 400,
      detail: 'no YAML at line 3, column 2',
      errors: [],
    });

    const [finding] = refusalFindings(refusal, new SpecDocument(SPEC));

    expect(finding?.place?.line).toBe(3);
  });

  it('know a line by its name only', () => {
    expect(lineIn('12 things on line 4')).toBe(4);
    expect(lineIn('a deadline in 4 days')).toBeNull();
  });
});

describe('examples', () => {
  it.each(EXAMPLES.map((example) => [example.title, example.yaml]))('%s is YAML', (_title, yaml) => {
    expect(new SpecDocument(yaml).syntaxErrors()).toEqual([]);
  });
});
