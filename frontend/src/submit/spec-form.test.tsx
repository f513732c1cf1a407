// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { schema } from '../api/catalogue';
import type { Finding } from './findings';
import { SpecForm } from './spec-form';

const SCHEMA = schema({
  type: 'object',
  required: ['epochs'],
  properties: {
    name: { type: 'string' },
    epochs: { type: 'integer', minimum: 1 },
    data: { type: 'object', properties: { dataset: { type: 'string' }, shuffle: { type: 'boolean' } } },
    optimizer: {
      oneOf: ['adam', 'sgd'].map((type) => ({
        type: 'object',
        properties: { type: { const: type }, learning_rate: { type: 'number' } },
      })),
    },
    callbacks: {
      type: 'array',
      items: {
        oneOf: [
          {
            type: 'object',
            properties: { type: { const: 'EarlyStopping' }, patience: { type: 'integer' } },
          },
          { type: 'object', properties: { type: { const: 'TerminateOnNaN' } } },
        ],
      },
    },
  },
});

const SPEC = `# mine
name: digits
epochs: 3 # few
optimizer: {type: adam, learning_rate: 0.01}
callbacks:
  - {type: EarlyStopping, patience: 2}
`;

function Page({ findings = [] }: { findings?: readonly Finding[] }) {
  const [text, setText] = useState(SPEC);
  return (
    <>
      <textarea
        aria-label="Text"
        value={text}
        onChange={(e) => {
          setText(e.target.value);
        }}
      />
      <SpecForm schema={SCHEMA} text={text} findings={findings} onText={setText} />
    </>
  );
}

/** The text as it stands. */
function written(): string {
  return screen.getByLabelText<HTMLTextAreaElement>('Text').value;
}

function open(...parts: string[]): void {
  for (const part of parts) {
    const details = screen.getByTestId<HTMLDetailsElement>(part);
    details.open = true;
    fireEvent(details, new Event('toggle'));
  }
}

function type(label: RegExp, value: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

afterEach(cleanup);

describe('the form of a spec', () => {
  it('shows what the text says, and follows it', () => {
    render(<Page />);

    type(/^Text/, SPEC.replace('digits', 'letters'));

    expect(screen.getByLabelText<HTMLInputElement>(/^name/).value).toBe('letters');
    expect(screen.getByTestId('part-optimizer').textContent).toContain('adam · learning_rate 0.01');
  });

  it('changes a value where it stands and leaves all else as it is written', () => {
    render(<Page />);

    type(/^epochs/, '40');

    expect(written()).toBe(SPEC.replace('epochs: 3', 'epochs: 40'));
  });

  it('adds what the text did not have', () => {
    render(<Page />);
    open('part-data');

    type(/^dataset/, 'sample-digits');

    expect(written()).toContain('data:\n  dataset: sample-digits\n');
    expect(written()).toContain('# few');
  });

  it('takes away what is left empty', () => {
    render(<Page />);

    type(/^name/, '');

    expect(written()).not.toContain('name:');
  });

  it('keeps what two kinds have in common', () => {
    render(<Page />);
    open('part-optimizer');

    fireEvent.change(screen.getByTestId('kind-optimizer'), { target: { value: 'sgd' } });

    expect(written()).toContain('optimizer: {type: sgd, learning_rate: 0.01}');
  });

  it('adds, moves and removes entries of a list', () => {
    render(<Page />);
    open('part-callbacks');

    fireEvent.change(screen.getByTestId('add-callbacks'), { target: { value: 'TerminateOnNaN' } });
    open('part-callbacks-1');
    fireEvent.click(screen.getByText('↑ up'));
    expect(written()).toContain('- {type: TerminateOnNaN}\n  - {type: EarlyStopping, patience: 2}');

    fireEvent.click(screen.getAllByText('Remove')[0] ?? document.body);
    expect(written()).not.toContain('EarlyStopping');
  });

  it('keeps what is no number in its field, says so, and leaves the text alone', () => {
    render(<Page />);

    type(/^epochs/, 'many');

    expect(screen.getByLabelText<HTMLInputElement>(/^epochs/).value).toBe('many');
    expect(screen.getByTestId('note-epochs').textContent).toBe('must be a number');
    expect(written()).toBe(SPEC);
  });

  it('shows what the server refused at the field, and at the part around it', () => {
    const finding = {
      level: 'error',
      pointer: '#/callbacks/0/patience',
      detail: 'must be 0 or more',
    } as const;
    render(<Page findings={[{ ...finding, place: null }]} />);
    expect(screen.getByTestId('part-callbacks').textContent).toContain('1 error');

    open('part-callbacks', 'part-callbacks-0');

    expect(screen.getByTestId('note-patience').textContent).toBe('must be 0 or more');
  });

  it('waits while the text is no YAML', () => {
    render(<Page />);

    type(/^Text/, 'epochs: [3');

    expect(screen.getByTestId<HTMLFieldSetElement>('spec-form').disabled).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>(/^name/).value).toBe('digits');
  });
});
