import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue, useMemo, useRef, useState, type ComponentType } from 'react';
import { useNavigate } from 'react-router';
import type { Check } from '../api/check';
import { checkJob, submitJob } from '../api/calls';
import { Loading } from '../ui/notice';
import { CheckResult } from './check-result';
import { writeDraft } from './draft';
import type { EditorHandle, EditorProps } from './editor';
import { EXAMPLES } from './examples';
import { FindingList } from './finding-list';
import { entryFindings, refusalFindings, syntaxFindings, type Finding } from './findings';
import { newKey } from './idempotency-key';
import { SpecDocument } from './locate';

/** Draws; the page stands before its code has come. */
const RatePlan = lazy(() => import('./rate-plan'));

interface Props {
  initial: string;
  Editor: ComponentType<EditorProps>;
}

/** What the server said of a text; void once the text is another. */
interface Verdict {
  text: string;
  findings: readonly Finding[];
  check: Check | null;
}

export function SubmitForm({ initial, Editor }: Props) {
  const [text, setText] = useState(initial);
  const [key, setKey] = useState(newKey);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const editor = useRef<EditorHandle>(null);
  const navigate = useNavigate();
  const client = useQueryClient();
  const settledText = useDeferredValue(text);
  const syntax = useMemo(() => syntaxFindings(new SpecDocument(settledText)), [settledText]);

  const change = (changed: string) => {
    setText(changed);
    setKey(newKey());
    writeDraft(changed);
  };
  const refused = (error: unknown, sent: string) => {
    setVerdict({ text: sent, findings: refusalFindings(error, new SpecDocument(sent)), check: null });
  };
  const check = useMutation({
    mutationFn: (sent: string) => checkJob(sent),
    onSuccess: (answer, sent) => {
      setVerdict({
        text: sent,
        findings: entryFindings(answer.warnings, 'warning', new SpecDocument(sent)),
        check: answer,
      });
    },
    onError: refused,
  });
  const submit = useMutation({
    mutationFn: (sent: string) => submitJob(sent, key),
    onSuccess: async (job) => {
      writeDraft(null);
      client.setQueryData(['job', job.id], job);
      await navigate(`/jobs/${job.id}`);
    },
    onError: refused,
  });

  const busy = check.isPending || submit.isPending;
  const current = verdict?.text === text ? verdict : null;
  const findings = current?.findings ?? syntax;
  return (
    <div className="submit">
      <section aria-label="Spec">
        <fieldset className="examples">
          <legend>Start from an example</legend>
          {EXAMPLES.map((example) => (
            <button
              key={example.title}
              type="button"
              className="example"
              aria-pressed={text === example.yaml}
              onClick={() => {
                change(example.yaml);
              }}
            >
              <b>{example.title}</b>
              <span>{example.about}</span>
            </button>
          ))}
        </fieldset>
        <Suspense fallback={<Loading />}>
          <Editor
            ref={editor}
            text={text}
            findings={findings}
            onChange={change}
            onSubmit={() => {
              if (!busy) submit.mutate(text);
            }}
          />
        </Suspense>
        <div className="actions submit-actions">
          <button
            type="button"
            className="button solid"
            data-testid="submit-job"
            disabled={busy}
            onClick={() => {
              submit.mutate(text);
            }}
          >
            {submit.isPending ? 'Submitting…' : 'Submit'}
          </button>
          <button
            type="button"
            className="button"
            data-testid="check-job"
            disabled={busy}
            onClick={() => {
              check.mutate(text);
            }}
          >
            {check.isPending ? 'Checking…' : 'Check'}
          </button>
          <span className="hint">
            Check trains nothing: it shows the network, its cost and the planned learning rate.
          </span>
        </div>
      </section>
      <div className="submit-side" aria-live="polite">
        <FindingList findings={findings} onShow={(finding) => editor.current?.show(finding)} />
        {current?.check && <CheckResult check={current.check} />}
        {current?.check && current.check.learning_rates.length > 0 && (
          <Suspense fallback={<Loading />}>
            <RatePlan rates={current.check.learning_rates} />
          </Suspense>
        )}
      </div>
    </div>
  );
}
