import { useState } from 'react';
import { apiUrl } from '../api/http';
import { words } from '../format/place';
import { ErrorNotice } from '../ui/notice';
import type { Artifact } from './artifact';
import './artifacts.css';
import { ConfusionView } from './confusion-view';
import { EmbeddingView } from './embedding-view';
import { HistogramView } from './histogram-view';
import { useArtifacts } from './load';
import { NetworkView } from './network-view';
import { PredictionsView } from './predictions-view';

const NETWORK = '';
/** What callbacks kept to look at, a tab for each, and the network. */
export default function ArtifactsSection({
  jobId,
  spec,
  told,
}: {
  jobId: number;
  spec: unknown;
  told: number;
}) {
  const { data: all = [], error } = useArtifacts(jobId, told);
  const [tab, setTab] = useState<string | null>(null);
  const series = new Map<string, Artifact[]>();
  for (const artifact of all) {
    const list = series.get(artifact.name);
    if (list) list.push(artifact);
    else series.set(artifact.name, [artifact]);
  }
  const names = [...series.keys()];
  const chosen = tab !== null && (tab === NETWORK || series.has(tab)) ? tab : (names[0] ?? null);
  const shown = series.get(chosen ?? NETWORK) ?? [];
  return (
    <section className="card" aria-labelledby="artifacts-title">
      <header className="card-head">
        <h2 id="artifacts-title">Artifacts</h2>
        {hasTensorBoard(spec) && (
          <a className="button small" href={apiUrl(`/jobs/${jobId}/tensorboard`)} download>
            TensorBoard files
          </a>
        )}
      </header>
      {error && <ErrorNotice error={error} />}
      {names.length === 0 && (
        <p className="hint artifact-hint">
          None yet. The callbacks Histograms, ConfusionMatrix, Predictions and Embeddings keep some.
        </p>
      )}
      <div className="tabs" role="group" aria-label="Artifact">
        {[...names, NETWORK].map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === chosen}
            onClick={() => {
              setTab(name);
            }}
          >
            {name === NETWORK ? 'network' : words(name)}
          </button>
        ))}
      </div>
      {chosen === NETWORK ? (
        <NetworkView jobId={jobId} spec={spec} />
      ) : (
        <SeriesView key={chosen} jobId={jobId} series={shown} />
      )}
    </section>
  );
}

function hasTensorBoard(spec: unknown): boolean {
  return JSON.stringify(spec).includes('"type":"TensorBoard"');
}

function SeriesView({ jobId, series }: { jobId: number; series: readonly Artifact[] }) {
  const kind = series[0]?.kind ?? '';
  switch (kind) {
    case 'histogram':
      return <HistogramView jobId={jobId} series={series} />;
    case 'table':
      return <ConfusionView jobId={jobId} series={series} />;
    case 'image':
      return <PredictionsView jobId={jobId} series={series} />;
    case 'embedding':
      return <EmbeddingView jobId={jobId} series={series} />;
    default:
      return null;
  }
}
