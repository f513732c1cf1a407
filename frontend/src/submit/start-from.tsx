import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { listJobs } from '../api/calls';
import { jobTitle } from '../api/job';
import { formatBytes } from '../format/number';

/** Of a spec as text; the server takes no longer one. */
const MOST_BYTES = 1 << 20;
const NEWEST = { state: '', experiment: '', tag: '', q: '', sort: '-created_at' };

/** Takes the spec of an earlier job, or one that lies in a file. */
export function StartFrom({ onText }: { onText: (text: string) => void }) {
  const navigate = useNavigate();
  const [fault, setFault] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ['jobs', 'to start from'],
    queryFn: ({ signal }) => listJobs(NEWEST, null, signal),
  });
  const jobs = data?.items ?? [];
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MOST_BYTES) {
      setFault(`${file.name} has ${formatBytes(file.size)}: that is no spec.`);
      return;
    }
    setFault(null);
    onText(await file.text());
  };
  return (
    <div className="start-from">
      {jobs.length > 0 && (
        <label className="field-inline">
          <span className="sr">Start from an earlier job</span>
          <select
            data-testid="start-from-job"
            value=""
            onChange={(e) => {
              void navigate(`/new?from=${e.target.value}`);
            }}
          >
            <option value="">or from an earlier job …</option>
            {jobs.map((job) => (
              <option key={job.id} value={job.id}>
                #{job.id} {jobTitle(job)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="button small">
        or from a file…
        <input
          className="sr"
          type="file"
          accept=".yaml,.yml,.json"
          data-testid="start-from-file"
          onChange={(e) => {
            void read(e.target.files?.[0]);
            e.target.value = '';
          }}
        />
      </label>
      {fault !== null && (
        <span className="field-error" role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}
