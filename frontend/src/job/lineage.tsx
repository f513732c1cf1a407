import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getLineage } from '../api/calls';
import type { Relative } from '../api/lineage';

/** The jobs that this one was forked from, and those forked from it. */
export function Lineage({ jobId }: { jobId: number }) {
  const { data } = useQuery({
    queryKey: ['lineage', jobId],
    queryFn: ({ signal }) => getLineage(jobId, signal),
  });
  if (data === undefined || data.ancestors.length + data.children.length === 0) return null;
  return (
    <section className="card" aria-labelledby="lineage-title">
      <header className="card-head">
        <h2 id="lineage-title">Lineage</h2>
      </header>
      <ul className="command-list" data-testid="lineage">
        {data.ancestors.toReversed().map((ancestor) => (
          <Item key={ancestor.job_id} relative={ancestor} word="from" />
        ))}
        <li>
          <b>this job</b>
        </li>
        {data.children.map((child) => (
          <Item key={child.job_id} relative={child} word="fork" />
        ))}
      </ul>
    </section>
  );
}

function Item({ relative, word }: { relative: Relative; word: string }) {
  return (
    <li>
      <span>
        {word} <Link to={`/jobs/${relative.job_id}`}>{relative.name ?? `job ${relative.job_id}`}</Link>
      </span>
      <span>
        {relative.checkpoint} · {relative.state}
      </span>
    </li>
  );
}
