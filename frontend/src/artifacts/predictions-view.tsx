import { formatCount, formatNumber, formatShare } from '../format/number';
import { ErrorNotice, Loading } from '../ui/notice';
import { predictions, type Artifact, type Predictions, type Sample } from './artifact';
import { thinned, useContents } from './load';
import { StepChoice, useChoice } from './step-choice';

const MOST_TEXTS = 30;
const SHOWN_SCORES = 3;

/** Sample predictions of an epoch, the worst mistakes first; or the texts that were written, the newest first. */
export function PredictionsView({ jobId, series }: { jobId: number; series: readonly Artifact[] }) {
  const { artifact, index, choose } = useChoice(series);
  const answer = useContents(jobId, artifact ? [artifact] : [], predictions)[0];
  const data = answer?.data;
  if (answer?.error) return <ErrorNotice error={answer.error} />;
  if (!data) return <Loading />;
  if (data.text !== null) return <Texts jobId={jobId} series={series} />;
  return (
    <>
      <StepChoice series={series} index={index} choose={choose} />
      <p className="hint">{summary(data)}</p>
      <ul className="samples">
        {data.samples.map((sample) => (
          <Card key={sample.example} sample={sample} />
        ))}
      </ul>
    </>
  );
}

function summary({ mistakes, examples, of }: Predictions): string {
  return mistakes === null
    ? `Of ${formatCount(examples)} ${of ?? 'examples'}, the farthest off first`
    : `${formatCount(mistakes)} of ${formatCount(examples)} wrong, the worst first`;
}

function Card({ sample }: { sample: Sample }) {
  const truth = sample.labels.join(', ');
  return (
    <li className={sample.wrong ? 'sample wrong' : 'sample'}>
      {sample.picture !== null && (
        <img src={`data:image/png;base64,${sample.picture}`} alt={`Example ${sample.example}: ${truth}`} />
      )}
      {sample.text !== null && <p className="sample-text">{sample.text}</p>}
      <div className="sample-head">
        {truth !== '' && (
          <span>
            is <b>{truth}</b>
          </span>
        )}
        <span className="hint">no. {formatCount(sample.example)}</span>
      </div>
      <ul className="scores">
        {sample.scores.slice(0, SHOWN_SCORES).map((score) => (
          <li key={score.label}>
            <Guess {...score} />
          </li>
        ))}
      </ul>
    </li>
  );
}

/** What was said of a label, or of a number that should have been `target`. */
function Guess({ label, score, target }: Sample['scores'][number]) {
  return (
    <>
      <span className="score-label" title={label}>
        {label}
      </span>
      <b className="num">
        {score === null ? '–' : target === null ? formatShare(score) : formatNumber(score)}
      </b>
      {target === null ? (
        <meter min={0} max={1} value={score ?? 0} aria-label={`Score of ${label}`} />
      ) : (
        <span className="hint target">should be {formatNumber(target)}</span>
      )}
    </>
  );
}

function Texts({ jobId, series }: { jobId: number; series: readonly Artifact[] }) {
  const newestFirst = thinned(series, MOST_TEXTS).reverse();
  const answers = useContents(jobId, newestFirst, predictions);
  return (
    <ol className="texts">
      {newestFirst.map(({ step, epoch }, index) => {
        const data = answers[index]?.data;
        return (
          <li key={step}>
            <h3>
              Epoch {epoch} <span className="hint">step {formatCount(step)}</span>
            </h3>
            {data ? (
              <pre>
                <span className="hint">{data.prompt}</span>
                {data.text}
              </pre>
            ) : (
              <Loading />
            )}
          </li>
        );
      })}
    </ol>
  );
}
