import { useState } from 'react';
import { formatNumber } from '../format/number';
import { ErrorNotice, Loading } from '../ui/notice';
import { histograms, type Artifact, type Histogram } from './artifact';
import { thinned, useContents } from './load';
import { ridges } from './ridges';

const MOST_RIDGES = 40;
const WIDTH = 640;
const HEIGHT = 300;

/** How the numbers of a tensor were spread, epoch by epoch, the newest in front. */
export function HistogramView({ jobId, series }: { jobId: number; series: readonly Artifact[] }) {
  const [part, setPart] = useState<'weights' | 'gradients'>('weights');
  const [tensor, setTensor] = useState<string | null>(null);
  const shown = thinned(series, MOST_RIDGES);
  const answers = useContents(jobId, shown, histograms);
  const failed = answers.find(({ error }) => error)?.error;
  if (failed) return <ErrorNotice error={failed} />;
  const names = answers.at(-1)?.data?.weights.map(({ name }) => name) ?? [];
  const first = names[0];
  if (first === undefined) return <Loading />;
  const chosen = tensor !== null && names.includes(tensor) ? tensor : first;
  const found = answers.flatMap(({ data }, index) => {
    const one = data?.[part].find(({ name }) => name === chosen);
    const artifact = shown[index];
    return one && artifact ? [{ histogram: one, artifact }] : [];
  });
  return (
    <>
      <div className="artifact-controls">
        <label>
          Tensor{' '}
          <select
            value={chosen}
            onChange={(event) => {
              setTensor(event.target.value);
            }}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Of{' '}
          <select
            value={part}
            onChange={(event) => {
              setPart(event.target.value === 'gradients' ? 'gradients' : 'weights');
            }}
          >
            <option value="weights">weights</option>
            <option value="gradients">gradients</option>
          </select>
        </label>
      </div>
      {found.length === 0 ? (
        <p className="hint">None of these were kept.</p>
      ) : (
        <RidgePlot found={found} title={`${part} of ${chosen}`} />
      )}
    </>
  );
}

function RidgePlot({
  found,
  title,
}: {
  found: { histogram: Histogram; artifact: Artifact }[];
  title: string;
}) {
  const { min, max, paths } = ridges(
    found.map(({ histogram }) => histogram),
    WIDTH,
    HEIGHT,
  );
  const newest = found.at(-1)?.histogram;
  return (
    <figure className="artifact-figure">
      <svg viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`} role="img" aria-label={`Histograms of ${title}`}>
        {paths.map((path, index) => (
          <path
            key={found[index]?.artifact.step}
            className="ridge"
            style={{ strokeOpacity: 0.5 + (0.5 * (index + 1)) / paths.length }}
            d={path}
          >
            <title>epoch {found[index]?.artifact.epoch}</title>
          </path>
        ))}
      </svg>
      <div className="axis-ends">
        <span>{formatNumber(min)}</span>
        <span>{formatNumber(max)}</span>
      </div>
      <figcaption className="hint">
        Epoch {found[0]?.artifact.epoch} at the back to {found.at(-1)?.artifact.epoch} in front.
        {newest && ` Newest: mean ${formatNumber(newest.mean)}, deviation ${formatNumber(newest.deviation)}.`}
      </figcaption>
    </figure>
  );
}
