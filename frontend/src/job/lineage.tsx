import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { getLineage } from '../api/calls';
import { jobTitle, type Job } from '../api/job';
import type { Relative } from '../api/lineage';
import { StateBadge } from '../ui/state-badge';

/** The jobs that this one was forked from, and those forked from it, as a tree. */
export function Lineage({ job }: { job: Job }) {
  const { data } = useQuery({
    queryKey: ['lineage', job.id],
    queryFn: ({ signal }) => getLineage(job.id, signal),
  });
  if (data === undefined || data.ancestors.length + data.children.length === 0) return null;
  const own = (
    <Branch title={<b aria-current="page">{jobTitle(job)}</b>} from={data.ancestors[0]?.checkpoint ?? null}>
      {data.children.length > 0 && (
        <ul>
          {data.children.map((child) => (
            <Branch key={child.job_id} title={<Name relative={child} />} from={child.checkpoint} />
          ))}
        </ul>
      )}
    </Branch>
  );
  // An ancestor's checkpoint is the one that its own fork came out of.
  const tree = data.ancestors.reduce<ReactNode>(
    (inner, ancestor, index) => (
      <Branch
        key={ancestor.job_id}
        title={<Name relative={ancestor} />}
        from={data.ancestors[index + 1]?.checkpoint ?? null}
      >
        <ul>{inner}</ul>
      </Branch>
    ),
    own,
  );
  return (
    <section className="card" aria-labelledby="lineage-title">
      <header className="card-head">
        <h2 id="lineage-title">Lineage</h2>
      </header>
      <ul className="lineage" data-testid="lineage">
        {tree}
      </ul>
    </section>
  );
}

interface BranchProps {
  title: ReactNode;
  /** The checkpoint of the job above that it came out of. */
  from: string | null;
  children?: ReactNode;
}

function Branch({ title, from, children }: BranchProps) {
  return (
    <li>
      <span className="lineage-job">
        {title}
        {from !== null && <small>from {from}</small>}
      </span>
      {children}
    </li>
  );
}

function Name({ relative }: { relative: Relative }) {
  return (
    <>
      <Link to={`/jobs/${relative.job_id}`}>{relative.name ?? `Job ${relative.job_id}`}</Link>{' '}
      <small>#{relative.job_id}</small> <StateBadge state={relative.state} />
    </>
  );
}
