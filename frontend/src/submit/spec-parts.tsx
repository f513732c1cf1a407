import { useState, type ReactNode } from 'react';
import type { Schema } from '../api/catalogue';
import { isRecord } from '../api/decode';
import { words } from '../format/place';
import { Control, Field } from '../schema/schema-fields';
import { AS_TEXT, fields, textOf, variants } from '../schema/texts';
import { useForm } from './form-context';
import { entriesOf, hasParts, isObject, kindOf, kinds, ofKind, summary } from './kinds';

interface PartProps {
  schema: Schema;
  value: unknown;
  at: string;
}

/** The parameters of an object: first those that are one field each, then those that have parts of their own. */
export function Fields({ schema, value, at }: PartProps) {
  const values = isRecord(value) ? value : {};
  const parts = fields(schema);
  const large = ([, part]: [string, Schema]) => hasParts(part);
  return (
    <>
      <div className="spec-fields">
        {parts
          .filter((part) => !large(part))
          .map(([name, part]) => (
            <Leaf
              key={name}
              name={name}
              schema={part}
              value={values[name]}
              at={`${at}/${name}`}
              required={schema.required.includes(name)}
            />
          ))}
      </div>
      {parts.filter(large).map(([name, part]) => (
        <Part
          key={name}
          name={name}
          schema={part}
          value={values[name]}
          at={`${at}/${name}`}
          required={schema.required.includes(name)}
        />
      ))}
    </>
  );
}

interface NamedProps extends PartProps {
  name: string;
  required: boolean;
}

function Leaf({ name, schema, value, at, required }: NamedProps) {
  const { typed, faults, type } = useForm();
  const fault = faults.find(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`))?.detail ?? null;
  return (
    <Field name={name} schema={schema} required={required} fault={fault}>
      {(id, noteId, wrong) => (
        <Control
          id={id}
          noteId={noteId}
          wrong={wrong}
          schema={schema}
          text={typed[at] ?? (value === undefined || value === null ? '' : textOf(value))}
          onText={(text) => {
            type(at, schema, text);
          }}
        />
      )}
    </Field>
  );
}

/** A part that folds away, with a word of what is in it. */
function Part({ name, schema, value, at, required }: NamedProps) {
  const entries = entriesOf(schema);
  const missing = required && value === undefined;
  return (
    <Fold at={at} title={words(name)} said={missing ? 'needed' : summary(value)}>
      {schema.description !== '' && <p className="hint">{schema.description}</p>}
      {entries !== null ? (
        <Entries schema={entries} value={value} at={at} />
      ) : isObject(schema) ? (
        <Fields schema={schema} value={value} at={at} />
      ) : (
        <Kind label={`Kind of ${words(name)}`} schema={schema} value={value} at={at} />
      )}
    </Fold>
  );
}

interface FoldProps {
  at: string;
  title: string;
  said: string;
  tools?: ReactNode;
  children: ReactNode;
}

function Fold({ at, title, said, tools, children }: FoldProps) {
  const { faults } = useForm();
  const [open, setOpen] = useState(false);
  const wrong = faults.filter(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`));
  const own = wrong.find(({ pointer }) => pointer === at);
  return (
    <details
      className="spec-part"
      open={open}
      data-testid={`part${at.replaceAll('/', '-')}`}
      onToggle={(e) => {
        setOpen(e.currentTarget.open);
      }}
    >
      <summary>
        <b>{title}</b> <span className="said">{said}</span>
        {wrong.length > 0 && (
          <span className="tag bad">{wrong.length === 1 ? '1 error' : `${wrong.length} errors`}</span>
        )}
      </summary>
      {open && (
        <div className="spec-inside">
          {own !== undefined && <p className="field-error">{own.detail}</p>}
          {tools}
          {children}
        </div>
      )}
    </details>
  );
}

/** One of several kinds of object, or a text where one may stand for it. */
function Kind({ label, schema, value, at }: PartProps & { label: string }) {
  const { put, typed, type } = useForm();
  const all = variants(schema);
  const kind = kindOf(schema, value);
  const chosen = all.get(kind);
  return (
    <>
      <select
        aria-label={label}
        data-testid={`kind${at.replaceAll('/', '-')}`}
        value={kind}
        onChange={(e) => {
          put(at, e.target.value === '' ? undefined : ofKind(schema, e.target.value, value));
        }}
      >
        <option value="">{schema.default === undefined ? '–' : `default: ${summary(schema.default)}`}</option>
        {[...all.keys()].map((one) => (
          <option key={one} value={one}>
            {words(one)}
          </option>
        ))}
      </select>
      {chosen?.type === 'object' && (
        <>
          {chosen.description !== '' && <p className="hint">{chosen.description}</p>}
          <Fields schema={chosen} value={value} at={at} />
        </>
      )}
      {kind === AS_TEXT && chosen && (
        <input
          className="mono"
          aria-label={`${label} as an expression`}
          value={typed[at] ?? (typeof value === 'string' ? value : '')}
          onChange={(e) => {
            type(at, chosen, e.target.value);
          }}
        />
      )}
    </>
  );
}

/** A list of objects of several kinds, in order. */
function Entries({ schema, value, at }: PartProps) {
  const { put, move } = useForm();
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  return (
    <>
      {list.map((entry, index) => {
        const here = `${at}/${index}`;
        const kind = kindOf(schema, entry);
        const chosen = variants(schema).get(kind);
        return (
          <Fold
            key={index}
            at={here}
            title={`${index} ${kind === '' ? '?' : kind}`}
            said={summary(entry, 'type')}
            tools={
              <div className="actions">
                <button
                  type="button"
                  className="button tiny"
                  disabled={index === 0}
                  onClick={() => {
                    move(here, -1);
                  }}
                >
                  ↑ up
                </button>
                <button
                  type="button"
                  className="button tiny"
                  disabled={index === list.length - 1}
                  onClick={() => {
                    move(here, 1);
                  }}
                >
                  ↓ down
                </button>
                <button
                  type="button"
                  className="button tiny"
                  onClick={() => {
                    put(here, undefined);
                  }}
                >
                  Remove
                </button>
              </div>
            }
          >
            {chosen !== undefined && <Fields schema={chosen} value={entry} at={here} />}
          </Fold>
        );
      })}
      <select
        className="add-entry"
        aria-label={`Add to ${words(at.split('/').at(-1) ?? '')}`}
        data-testid={`add${at.replaceAll('/', '-')}`}
        value=""
        onChange={(e) => {
          const entry = ofKind(schema, e.target.value, undefined);
          if (list.length === 0) put(at, [entry]);
          else put(`${at}/${list.length}`, entry);
        }}
      >
        <option value="">add …</option>
        {kinds(schema).map((kind) => (
          <option key={kind}>{kind}</option>
        ))}
      </select>
    </>
  );
}
