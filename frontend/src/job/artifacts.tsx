import { lazy, Suspense } from 'react';
import { useJobPart } from '../live/context';
import { Loading } from '../ui/notice';

const ArtifactsSection = lazy(() => import('../artifacts/artifacts-section'));

/** What callbacks kept to look at; its code comes when a job is looked at, and not with the first page. */
export function Artifacts({ jobId, spec }: { jobId: number; spec: unknown }) {
  const told = useJobPart(jobId, ({ artifacts }) => artifacts);
  return (
    <Suspense fallback={<Loading />}>
      <ArtifactsSection jobId={jobId} spec={spec} told={told} />
    </Suspense>
  );
}
