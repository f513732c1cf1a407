import { useState } from 'react';
import { formatNumber } from '../format/number';
import type { RankCurve } from './artifact';
import { colourClass, isSecondRound } from './colours';

const SIDE = 220;
const MOST_SHOWN = 10;

type Axis = 'fpr' | 'tpr' | 'recall' | 'precision';

/** ROC and precision-recall curves of each class against all others. */
export function RankCurves({ curves }: { curves: readonly RankCurve[] }) {
  const [single, setSingle] = useState('');
  const shown = curves
    .map((curve, index) => ({ curve, index }))
    .filter(({ curve, index }) => (single === '' ? index < MOST_SHOWN : curve.class === single));
  return (
    <div className="rank-curves">
      <Square
        title="ROC"
        x="fpr"
        y="tpr"
        labels={['false positives', 'true positives']}
        shown={shown}
        diagonal
      />
      <Square
        title="Precision and recall"
        x="recall"
        y="precision"
        labels={['recall', 'precision']}
        shown={shown}
      />
      <div>
        <label>
          Class{' '}
          <select
            value={single}
            onChange={(event) => {
              setSingle(event.target.value);
            }}
          >
            <option value="">{curves.length > MOST_SHOWN ? `the first ${MOST_SHOWN}` : 'all'}</option>
            {curves.map((curve) => (
              <option key={curve.class}>{curve.class}</option>
            ))}
          </select>
        </label>
        <table className="curve-key">
          <thead>
            <tr>
              <th>Class</th>
              <th className="num">AUC</th>
              <th className="num">AP</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ curve, index }) => (
              <tr key={curve.class}>
                <td>
                  <i className={`swatch ${colourClass(index)}${isSecondRound(index) ? ' square' : ''}`} />{' '}
                  {curve.class}
                </td>
                <td className="num">{curve.auc === null ? '–' : formatNumber(curve.auc)}</td>
                <td className="num">
                  {curve.average_precision === null ? '–' : formatNumber(curve.average_precision)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Square({
  title,
  x,
  y,
  labels,
  shown,
  diagonal = false,
}: {
  title: string;
  x: Axis;
  y: Axis;
  labels: [string, string];
  shown: { curve: RankCurve; index: number }[];
  diagonal?: boolean;
}) {
  return (
    <figure className="square">
      <figcaption>{title}</figcaption>
      <svg viewBox={`-22 -6 ${SIDE + 28} ${SIDE + 30}`} role="img" aria-label={`${title} curves`}>
        <rect className="frame" width={SIDE} height={SIDE} />
        {diagonal && <line className="chance" x1={0} y1={SIDE} x2={SIDE} y2={0} />}
        {shown.map(({ curve, index }) => (
          <polyline
            key={curve.class}
            className={`curve ${colourClass(index)}`}
            strokeDasharray={isSecondRound(index) ? '4 3' : undefined}
            points={curve[x].map((at, i) => `${at * SIDE},${(1 - (curve[y][i] ?? 0)) * SIDE}`).join(' ')}
          >
            <title>{curve.class}</title>
          </polyline>
        ))}
        <text x={SIDE / 2} y={SIDE + 18} textAnchor="middle">
          {labels[0]}
        </text>
        <text transform={`translate(-8 ${SIDE / 2}) rotate(-90)`} textAnchor="middle">
          {labels[1]}
        </text>
      </svg>
    </figure>
  );
}
