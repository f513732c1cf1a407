import { useState } from 'react';
import { formatCount } from '../format/number';
import type { Artifact } from './artifact';

/** The artifact that is looked at: the newest until another is chosen. */
export function useChoice(series: readonly Artifact[]) {
  const [chosen, choose] = useState<number | null>(null);
  const found = series.findIndex(({ step }) => step === chosen);
  const index = found < 0 ? series.length - 1 : found;
  return { artifact: series[index], index, choose };
}

/** Chooses one of a series by its epoch. */
export function StepChoice({
  series,
  index,
  choose,
}: {
  series: readonly Artifact[];
  index: number;
  choose: (step: number | null) => void;
}) {
  const artifact = series[index];
  if (artifact === undefined) return null;
  const at =
    artifact.epoch === null ? `step ${formatCount(artifact.step)}` : `epoch ${formatCount(artifact.epoch)}`;
  return (
    <label className="step-choice">
      <span>
        {at} <span className="hint">step {formatCount(artifact.step)}</span>
      </span>
      {series.length > 1 && (
        <input
          type="range"
          min={0}
          max={series.length - 1}
          value={index}
          aria-valuetext={at}
          onChange={(event) => {
            const next = Number(event.target.value);
            choose(next === series.length - 1 ? null : (series[next]?.step ?? null));
          }}
        />
      )}
    </label>
  );
}
