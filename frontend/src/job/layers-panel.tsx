import { useState } from 'react';
import type { Job } from '../api/job';
import { formatCount } from '../format/number';
import { LayerTable } from '../ui/layer-table';
import { ErrorNotice, Loading } from '../ui/notice';
import { useCheck } from './check';

/** The network, layer by layer. */
export function LayersPanel({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  const { data, error, isPending } = useCheck(job, open);
  return (
    <details
      className="card"
      data-testid="layers"
      onToggle={(e) => {
        setOpen(e.currentTarget.open);
      }}
    >
      <summary>
        <h2>Layers</h2>
        {data && <span className="tag">{formatCount(data.parameters)} parameters</span>}
      </summary>
      {open && isPending && <Loading />}
      {open && error && <ErrorNotice error={error} />}
      {data && <LayerTable layers={data.layers} />}
    </details>
  );
}
