import { formatCount, formatNumber } from '../format/number';
import { ErrorNotice, Loading } from '../ui/notice';
import { confusion, type Artifact, type Confusion } from './artifact';
import { RankCurves } from './rank-curves';
import { StepChoice, useChoice } from './step-choice';
import { useContents } from './load';

const MOST_CELLS = 20;
const MOST_PAIRS = 15;

/** Which class was taken for which, and the curves of each. */
export function ConfusionView({ jobId, series }: { jobId: number; series: readonly Artifact[] }) {
  const { artifact, index, choose } = useChoice(series);
  const answer = useContents(jobId, artifact ? [artifact] : [], confusion)[0];
  const data = answer?.data;
  return (
    <>
      <StepChoice series={series} index={index} choose={choose} />
      {answer?.error && <ErrorNotice error={answer.error} />}
      {!data && !answer?.error && <Loading />}
      {data && (
        <div className="confusion">
          {data.matrix.length > 0 && <Confused data={data} />}
          {data.curves.length > 0 && <RankCurves curves={data.curves} />}
        </div>
      )}
    </>
  );
}

function share(data: Confusion): string {
  const right = data.matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  return `${formatCount(right)} of ${formatCount(data.examples)} right (${formatNumber((100 * right) / data.examples)} %)`;
}

function Confused({ data }: { data: Confusion }) {
  const few = data.classes.length <= MOST_CELLS;
  return (
    <div>
      <p className="hint">
        {share(data)}; {few ? 'rows: what it is, columns: what it was taken for' : 'most often confused'}
      </p>
      {few ? <Matrix data={data} /> : <Pairs data={data} />}
    </div>
  );
}

function Matrix({ data }: { data: Confusion }) {
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="Confusion matrix, scrolled">
      <table className="matrix" aria-label="Confusion matrix">
        <thead>
          <tr>
            <td />
            {data.classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.matrix.map((row, i) => {
            const sum = row.reduce((all, cell) => all + cell, 0);
            return (
              <tr key={data.classes[i]}>
                <th scope="row">{data.classes[i]}</th>
                {row.map((cell, j) => (
                  <td
                    key={j}
                    className={i === j ? 'right' : cell > 0 ? 'wrong' : ''}
                    style={{ '--share': sum > 0 ? cell / sum : 0 } as React.CSSProperties}
                  >
                    {cell === 0 ? '·' : formatCount(cell)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Of many classes, those that are taken for another most often. */
function Pairs({ data }: { data: Confusion }) {
  const pairs = data.matrix
    .flatMap((row, i) => row.map((count, j) => ({ i, j, count })))
    .filter(({ i, j, count }) => i !== j && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_PAIRS);
  return (
    <table>
      <thead>
        <tr>
          <th>Is</th>
          <th>Taken for</th>
          <th className="num">Times</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ i, j, count }) => (
          <tr key={`${i}-${j}`}>
            <td>{data.classes[i]}</td>
            <td>{data.classes[j]}</td>
            <td className="num">{formatCount(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
