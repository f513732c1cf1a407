import { useQuery } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { stringify } from 'yaml';
import { getJob, listDatasets } from '../api/calls';
import { ErrorNotice, Loading } from '../ui/notice';
import { useTitle } from '../ui/title';
import { readDraft } from './draft';
import { EXAMPLES } from './examples';
import { SubmitForm } from './submit-form';

const Editor = lazy(() => import('./editor'));

/** A new job: from an example, from what was written before, or from another job's spec. */
export default function SubmitPage() {
  useTitle('New job');
  const from = Number(useSearchParams()[0].get('from') ?? NaN);
  const again = useQuery({
    queryKey: ['job', from],
    queryFn: ({ signal }) => getJob(from, signal),
    enabled: Number.isSafeInteger(from),
  });
  const [draft] = useState(readDraft);
  const isAgain = Number.isSafeInteger(from);
  return (
    <main className="page" id="main">
      <header className="page-head">
        <h1>{isAgain ? `Job ${from} again, with changes` : 'New job'}</h1>
        <Datasets />
      </header>
      {again.error && <ErrorNotice error={again.error} />}
      {isAgain && again.isPending ? (
        <Loading />
      ) : (
        <SubmitForm
          key={from}
          initial={again.data ? stringify(again.data.spec) : (draft ?? EXAMPLES[0].yaml)}
          Editor={Editor}
        />
      )}
    </main>
  );
}

/** What there is to train on. */
function Datasets() {
  const { data } = useQuery({ queryKey: ['datasets'], queryFn: ({ signal }) => listDatasets(signal) });
  if (data === undefined || data.length === 0) return null;
  return (
    <p className="hint">
      Datasets:{' '}
      {data.map(({ name }, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <code>{name}</code>
        </span>
      ))}{' '}
      (<Link to="/datasets">more about them</Link>)
    </p>
  );
}
