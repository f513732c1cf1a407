import { useMemo } from 'react';
import { formatCount, formatNumber } from '../format/number';
import { ErrorNotice, Loading } from '../ui/notice';
import { embedding, type Artifact, type Embedding } from './artifact';
import { colourClass, isSecondRound } from './colours';
import { useContents } from './load';
import { decodeVectors, project } from './pca';
import { StepChoice, useChoice } from './step-choice';

const WIDTH = 560;
const HEIGHT = 380;
const MARGIN = 10;
const MOST_NAMED = 14;

/** Where a layer puts examples, on the two directions in which they differ most. */
export function EmbeddingView({ jobId, series }: { jobId: number; series: readonly Artifact[] }) {
  const { artifact, index, choose } = useChoice(series);
  const answer = useContents(jobId, artifact ? [artifact] : [], embedding)[0];
  return (
    <>
      <StepChoice series={series} index={index} choose={choose} />
      {answer?.error && <ErrorNotice error={answer.error} />}
      {answer?.data ? <Scatter data={answer.data} /> : !answer?.error && <Loading />}
    </>
  );
}

function Scatter({ data }: { data: Embedding }) {
  const { x, y, shares } = useMemo(() => project(decodeVectors(data.vectors), data.dimensions), [data]);
  const classes = useMemo(() => [...new Set(data.labels)].sort(inOrder), [data]);
  const place = (values: Float64Array, size: number) => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    return (value: number) => MARGIN + ((value - low) / span) * (size - 2 * MARGIN);
  };
  const toX = place(x, WIDTH);
  const toY = place(y, HEIGHT);
  const named = classes.length <= MOST_NAMED;
  return (
    <figure className="artifact-figure">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Projection of ${data.layer}`}>
        <rect className="frame" width={WIDTH} height={HEIGHT} />
        {[...x].map((value, i) => {
          const label = data.labels[i] ?? '';
          const of = named ? classes.indexOf(label) : 0;
          const [cx, cy] = [toX(value), HEIGHT - toY(y[i] ?? 0)];
          const title = `${label} · no. ${data.examples[i] ?? i}`;
          return isSecondRound(of) ? (
            <rect key={i} className={`dot ${colourClass(of)}`} x={cx - 3} y={cy - 3} width={6} height={6}>
              <title>{title}</title>
            </rect>
          ) : (
            <circle key={i} className={`dot ${colourClass(of)}`} cx={cx} cy={cy} r={3.2}>
              <title>{title}</title>
            </circle>
          );
        })}
      </svg>
      {named && (
        <ul className="classes">
          {classes.map((name, i) => (
            <li key={name}>
              <i className={`swatch ${colourClass(i)}${isSecondRound(i) ? ' square' : ''}`} /> {name}
            </li>
          ))}
        </ul>
      )}
      <figcaption className="hint">
        Layer {data.layer}, {formatCount(x.length)} examples of {formatCount(data.dimensions)} numbers; the
        two directions hold {formatNumber(100 * shares[0])} % and {formatNumber(100 * shares[1])} % of the
        variance.
      </figcaption>
    </figure>
  );
}

/** Numbers by size, the rest as words. */
function inOrder(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}
