import { useId, type ReactNode } from 'react';
import type { Schema } from '../api/catalogue';
import type { ProblemEntry } from '../api/problem';
import { formatNumber } from '../format/number';
import { words } from '../format/place';
import { AS_TEXT, fieldKind, fields, shown, textPointer, variants, type Texts } from './texts';

interface Props {
  schema: Schema;
  texts: Texts;
  /** What is wrong, by pointers of the same root as the texts'. */
  faults: readonly ProblemEntry[];
  onText: (pointer: string, text: string) => void;
  at?: string;
}

/** A form made from a JSON Schema: a field for each parameter, with its default, its range and what it does. */
export function SchemaFields({ schema, texts, faults, onText, at = '' }: Props) {
  return fields(schema).map(([name, field]) => {
    const pointer = `${at}/${name}`;
    const chosen = fieldKind(field) === 'variants' ? variants(field).get(texts[pointer] ?? '') : undefined;
    return (
      <div key={pointer} className={chosen === undefined ? 'schema-field' : 'schema-field whole'}>
        <Field
          name={name}
          schema={field}
          required={schema.required.includes(name)}
          fault={faults.find((fault) => isAt(fault.pointer, pointer, chosen))?.detail ?? null}
        >
          {(id, noteId, wrong) => (
            <Control
              id={id}
              noteId={noteId}
              wrong={wrong}
              schema={field}
              text={texts[pointer] ?? ''}
              onText={(text) => {
                onText(pointer, text);
              }}
            />
          )}
        </Field>
        {chosen !== undefined && (
          <div className="schema-nested">
            {texts[pointer] === AS_TEXT ? (
              <input
                className="mono"
                aria-label={`${words(name)} as an expression`}
                placeholder="epoch < 10 ? lr : lr * 0.95"
                value={texts[textPointer(pointer)] ?? ''}
                onChange={(e) => {
                  onText(textPointer(pointer), e.target.value);
                }}
              />
            ) : (
              <SchemaFields schema={chosen} texts={texts} faults={faults} onText={onText} at={pointer} />
            )}
          </div>
        )}
      </div>
    );
  });
}

/** A fault is shown at its field; one deeper inside than any field, at the field around it. */
function isAt(faultAt: string, pointer: string, chosen: Schema | undefined): boolean {
  if (faultAt === pointer) return true;
  if (!faultAt.startsWith(`${pointer}/`)) return false;
  const next = faultAt.slice(pointer.length + 1).split('/')[0] ?? '';
  return chosen?.properties.has(next) !== true || next === 'type';
}

interface FieldProps {
  name: string;
  schema: Schema;
  required: boolean;
  fault: string | null;
  children: (id: string, noteId: string, wrong: boolean) => ReactNode;
}

/** A parameter with its name, what it does, and what is wrong with it. */
export function Field({ name, schema, required, fault, children }: FieldProps) {
  const id = useId();
  const noteId = useId();
  const range = rangeText(schema);
  return (
    <div className="field">
      <label htmlFor={id}>
        {words(name)} {required && <small>needed</small>}
        {schema.unit !== null && <small> {schema.unit}</small>}
      </label>
      {children(id, noteId, fault !== null)}
      <p id={noteId} className={fault === null ? 'hint' : 'field-error'} data-testid={`note-${name}`}>
        {fault ?? [schema.description, range].filter((part) => part !== '').join('; ')}
      </p>
    </div>
  );
}

function rangeText({ minimum, maximum }: Schema): string {
  // A bound that only keeps runaway numbers out is nothing that people need to read.
  const most = maximum !== null && maximum < 1_000_000 ? maximum : null;
  if (minimum !== null && most !== null) return `${formatNumber(minimum)} to ${formatNumber(most)}`;
  if (minimum !== null) return `${formatNumber(minimum)} or more`;
  return most === null ? '' : `up to ${formatNumber(most)}`;
}

interface ControlProps {
  id: string;
  noteId: string;
  wrong: boolean;
  schema: Schema;
  text: string;
  onText: (text: string) => void;
}

/** What a parameter is typed into or chosen with. */
export function Control({ id, noteId, wrong, schema, text, onText }: ControlProps) {
  const kind = fieldKind(schema);
  const unset = schema.default === undefined ? '' : shown(schema.default);
  const common = {
    id,
    'aria-invalid': wrong,
    'aria-describedby': noteId,
    value: text,
    onChange: (e: { target: { value: string } }) => {
      onText(e.target.value);
    },
  };
  const options = (words: readonly (readonly [string, string])[]) => (
    <select {...common}>
      <option value="">{unset === '' ? '–' : `default: ${unset}`}</option>
      {words.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
  switch (kind) {
    case 'flag':
      return options([
        ['true', 'yes'],
        ['false', 'no'],
      ]);
    case 'choice':
      return options((schema.enum ?? []).map((word) => [word, word]));
    case 'variants':
      return options([...variants(schema).keys()].map((type) => [type, words(type)]));
    case 'number':
    case 'text':
      return (
        <input
          {...common}
          autoComplete="off"
          placeholder={unset}
          {...(kind === 'number' ? { inputMode: 'decimal' as const } : {})}
        />
      );
    case 'yaml':
      return schema.type === 'array' && schema.items?.type === 'object' ? (
        <textarea {...common} className="mono" rows={3} spellCheck={false} placeholder="YAML" />
      ) : (
        <input {...common} className="mono" autoComplete="off" placeholder={unset === '' ? 'YAML' : unset} />
      );
  }
}
