import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  lazy,
  Suspense,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ComponentType,
} from 'react';
import { useNavigate } from 'react-router';
import type { Check } from '../api/check';
import type { Job } from '../api/job';
import { checkJob, listDatasets, submitFolds, submitJob } from '../api/calls';
import { useCatalogue } from '../schema/catalogue';
import { Loading } from '../ui/notice';
import { CheckResult } from './check-result';
import type { Vocabulary } from './completion';
import { writeDraft } from './draft';
import type { EditorHandle, EditorProps } from './editor';
import { EXAMPLES } from './examples';
import { FindingList } from './finding-list';
import { entryFindings, refusalFindings, syntaxFindings, type Finding } from './findings';
import { newKey } from './idempotency-key';
import { SpecDocument } from './locate';
import { SpecForm } from './spec-form';
import { StartFrom } from './start-from';

/** Draws; the page stands before its code has come. */
const RatePlan = lazy(() => import('./rate-plan'));

/** Whoever stops typing for so long is told what is wrong. */
const PAUSE_MS = 700;

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
  const [folds, setFolds] = useState<number | null>(null);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  // The last check that went well stays to be read while the text is being changed.
  const [shown, setShown] = useState<Check | null>(null);
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
    mutationFn: (sent: string) => checkJob(sent, folds),
    onSuccess: (answer, sent) => {
      setVerdict({
        text: sent,
        findings: entryFindings(answer.warnings, 'warning', new SpecDocument(sent)),
        check: answer,
      });
      setShown(answer);
    },
    onError: refused,
  });
  const submit = useMutation({
    mutationFn: async (sent: string) =>
      folds === null ? [await submitJob(sent, key)] : submitFolds(sent, folds, key),
    onSuccess: async (jobs) => {
      writeDraft(null);
      for (const job of jobs) client.setQueryData(['job', job.id], job);
      await client.invalidateQueries({ queryKey: ['jobs'] });
      await navigate(pageOf(jobs));
    },
    onError: refused,
  });

  const busy = submit.isPending;
  const current = verdict?.text === text ? verdict : null;
  const findings = current?.findings ?? syntax;
  const { mutate: ask } = check;
  const open = current === null && syntax.length === 0 && text.trim() !== '' && !check.isPending;
  useEffect(() => {
    if (!open) return undefined;
    const timer = setTimeout(() => {
      ask(text);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [open, text, folds, ask]);
  const vocabulary = useVocabulary();
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
        <StartFrom onText={change} />
        <Suspense fallback={<Loading />}>
          <Editor
            ref={editor}
            text={text}
            findings={findings}
            vocabulary={vocabulary}
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
            disabled={busy || check.isPending}
            onClick={() => {
              check.mutate(text);
            }}
          >
            {check.isPending ? 'Checking…' : 'Check'}
          </button>
          <Folds
            folds={folds}
            onChange={(k) => {
              setFolds(k);
              setKey(newKey());
              setVerdict(null);
            }}
          />
          <span className="hint">It is checked whenever you pause; that trains nothing.</span>
        </div>
        {shown && (
          <div className="check-panel" data-stale={current?.check == null || undefined}>
            <CheckResult check={shown} />
            {shown.learning_rates.length > 0 && (
              <Suspense fallback={<Loading />}>
                <RatePlan rates={shown.learning_rates} />
              </Suspense>
            )}
          </div>
        )}
      </section>
      <div className="submit-side">
        <div aria-live="polite">
          <FindingList findings={findings} onShow={(finding) => editor.current?.show(finding)} />
        </div>
        {vocabulary && (
          <SpecForm schema={vocabulary.schema} text={text} findings={findings} onText={change} />
        )}
      </div>
    </div>
  );
}

/** What a spec can be made of; null until the server has told. */
function useVocabulary(): Vocabulary | null {
  const schema = useCatalogue('specs').data?.[0]?.schema;
  const { data } = useQuery({ queryKey: ['datasets'], queryFn: ({ signal }) => listDatasets(signal) });
  return useMemo(
    () => (schema === undefined ? null : { schema, datasets: (data ?? []).map(({ name }) => name) }),
    [schema, data],
  );
}

/** Where the new jobs are seen: one on its own page, folds in the list, by the tag that they share. */
function pageOf(jobs: readonly Job[]): string {
  const [first] = jobs;
  if (first === undefined) return '/';
  const family = first.tags.find((tag) => tag.startsWith('folds-'));
  return jobs.length === 1 || family === undefined
    ? `/jobs/${first.id}`
    : `/?tag=${encodeURIComponent(family)}`;
}

const FOLDS = [3, 5, 10];

function Folds({ folds, onChange }: { folds: number | null; onChange: (folds: number | null) => void }) {
  return (
    <select
      className="folds"
      aria-label="Cross-validation"
      data-testid="folds"
      value={folds ?? ''}
      onChange={(e) => {
        onChange(e.target.value === '' ? null : Number(e.target.value));
      }}
    >
      <option value="">as one job</option>
      {FOLDS.map((k) => (
        <option key={k} value={k}>
          as {k} folds
        </option>
      ))}
    </select>
  );
}
