import { useMemo, useState } from 'react';
import type { Schema } from '../api/catalogue';
import { isRecord } from '../api/decode';
import type { ProblemEntry } from '../api/problem';
import { readText, type Texts } from '../schema/texts';
import type { Finding } from './findings';
import { FormContext, type Form } from './form-context';
import { SpecDocument } from './locate';
import { Fields } from './spec-parts';

interface Props {
  schema: Schema;
  /** The spec in YAML. */
  text: string;
  findings: readonly Finding[];
  onText: (text: string) => void;
}

/** A form of a spec's text: what is changed here changes there, and the other way round. */
export function SpecForm({ schema, text, findings, onText }: Props) {
  const document = useMemo(() => new SpecDocument(text), [text]);
  const value = useMemo(() => document.value(), [document]);
  const [lastValue, setLastValue] = useState<unknown>(value);
  const [typed, setTyped] = useState<{ text: string; texts: Texts }>({ text, texts: {} });
  const [unreadable, setUnreadable] = useState<readonly ProblemEntry[]>([]);
  const readable = isRecord(value) || text.trim() === '';
  if (readable && lastValue !== value) setLastValue(value);
  const current = typed.text === text ? typed.texts : {};
  const form: Form = {
    typed: current,
    faults: [
      ...findings.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^#/, ''), code: '', detail })),
      ...unreadable.filter(({ pointer }) => pointer in current),
    ],
    type: (pointer, field, written) => {
      const others = unreadable.filter((fault) => fault.pointer !== pointer);
      let changed = text;
      try {
        changed = document.with(pointer, written === '' ? undefined : readText(field, written));
        setUnreadable(others);
      } catch (error) {
        setUnreadable([
          ...others,
          { pointer, code: 'syntax', detail: error instanceof Error ? error.message : 'is no value' },
        ]);
      }
      setTyped({ text: changed, texts: { ...current, [pointer]: written } });
      onText(changed);
    },
    put: (pointer, put) => {
      onText(document.with(pointer, put));
    },
    move: (pointer, by) => {
      onText(document.withMoved(pointer, by));
    },
  };
  return (
    <section className="card" aria-labelledby="form-title">
      <header className="card-head">
        <h2 id="form-title">As a form</h2>
        {!readable && <span className="hint">waits until the text is YAML again</span>}
      </header>
      <fieldset className="spec-form" disabled={!readable} data-testid="spec-form">
        <FormContext value={form}>
          <Fields schema={schema} value={readable ? value : lastValue} at="" />
        </FormContext>
      </fieldset>
    </section>
  );
}
