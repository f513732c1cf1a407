import { useQuery } from '@tanstack/react-query';
import { checkJob } from '../api/calls';
import { formatCount } from '../format/number';
import { ErrorNotice, Loading } from '../ui/notice';
import { nest, type Layer } from './network';

/** The network as a graph, of the layer table that a dry run of the job's spec answers. */
export function NetworkView({ jobId, spec }: { jobId: number; spec: unknown }) {
  const { data, error } = useQuery({
    queryKey: ['layers', jobId],
    queryFn: () => checkJob(JSON.stringify(spec)),
    staleTime: Infinity,
    retry: false,
  });
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <Loading />;
  return (
    <>
      <p className="hint">
        {formatCount(data.layers.length)} layers, {formatCount(data.parameters)} parameters
      </p>
      <div className="scroll network" tabIndex={0} role="group" aria-label="Network">
        <Row layers={nest(data.layers)} />
      </div>
    </>
  );
}

function Row({ layers }: { layers: Layer[] }) {
  return (
    <ol className="layers">
      {layers.map((layer) => (
        <li key={layer.number} className={layer.branches.length > 0 ? 'layer outer' : 'layer'}>
          <div className="layer-head">
            <span className="hint">{layer.number}</span> <b>{layer.type}</b>
            <span className="mono">{layer.shape.join(' × ')}</span>
            {layer.parameters > 0 && <span className="hint">{formatCount(layer.parameters)}</span>}
          </div>
          {layer.branches.length > 0 && (
            <div className="branches">
              {layer.branches.map((branch, index) => (
                <Row key={index} layers={branch} />
              ))}
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
