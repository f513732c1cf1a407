import { useQuery } from '@tanstack/react-query';
import { getDataset } from '../api/calls';
import type { Dataset } from '../api/dataset';
import { formatCount, formatNumber } from '../format/number';
import { ErrorNotice, Loading } from '../ui/notice';

const MOST_COLUMNS = 100;
/** Of more classes the most frequent are shown; a target of more numbers has no classes. */
const MOST_CLASSES = 20;
const BASE64 = /^[A-Za-z0-9+/]+=*$/;

/** Classes, columns and the first rows or pictures. */
export function DatasetDetail({ name }: { name: string }) {
  const { data, error } = useQuery({
    queryKey: ['dataset', name],
    queryFn: ({ signal }) => getDataset(name, signal),
  });
  if (error) return <ErrorNotice error={error} />;
  if (data === undefined) return <Loading />;
  return (
    <div className="dataset-detail">
      {hasBalance(data) && <ClassCounts counts={data.class_counts} />}
      {data.schema.columns.length > 0 && <Columns schema={data.schema} />}
      {data.statistics.length > 0 && <Figures statistics={data.statistics} />}
      {data.preview.rows.length > 0 && <Rows preview={data.preview} />}
      {data.preview.images.length > 0 && (
        <Images preview={data.preview} heard={data.format === 'audio_folder'} />
      )}
      {data.sha256 !== null && (
        <p className="hint break">
          SHA-256 <code>{data.sha256}</code>
        </p>
      )}
    </div>
  );
}

function hasBalance({ class_counts: counts, schema }: Dataset): boolean {
  const target = schema.columns.find(({ name }) => name === schema.target[0]);
  return counts.size > 0 && (target?.kind !== 'numeric' || counts.size <= MOST_CLASSES);
}

function ClassCounts({ counts }: { counts: Dataset['class_counts'] }) {
  const all = [...counts];
  const shown = all.length <= MOST_CLASSES ? all : all.sort(([, a], [, b]) => b - a).slice(0, MOST_CLASSES);
  const most = Math.max(...shown.map(([, count]) => count), 1);
  return (
    <>
      <ul className="class-counts" aria-label="Rows of each class">
        {shown.map(([name, count]) => (
          <li key={name}>
            <span>{name}</span>
            <span className="bar" style={{ width: `${(count / most) * 100}%` }} aria-hidden="true" />
            <span className="num">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
      {shown.length < all.length && (
        <p className="hint">
          The {MOST_CLASSES} most frequent of {formatCount(all.length)} values.
        </p>
      )}
    </>
  );
}

function Columns({ schema }: { schema: Dataset['schema'] }) {
  return (
    <p className="columns">
      {schema.columns.map((column) => (
        <span key={column.name} className={schema.target.includes(column.name) ? 'tag strong' : 'tag'}>
          {column.name}{' '}
          <small>{schema.target.includes(column.name) ? `target, ${column.kind}` : column.kind}</small>
        </span>
      ))}
    </p>
  );
}

function Figures({ statistics }: { statistics: Dataset['statistics'] }) {
  const figure = (value: number | null) => (value === null ? '–' : formatNumber(value));
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="Statistics">
      <table>
        <thead>
          <tr>
            <th>Column</th>
            <th className="num">Smallest</th>
            <th className="num">Largest</th>
            <th className="num">Mean</th>
            <th className="num">Deviation</th>
            <th className="num">Distinct</th>
          </tr>
        </thead>
        <tbody>
          {statistics.slice(0, MOST_COLUMNS).map(({ column, min, max, mean, std, distinct }) => (
            <tr key={column}>
              <td>{column}</td>
              {[min, max, mean, std].map((value, index) => (
                <td key={index} className="num">
                  {figure(value)}
                </td>
              ))}
              <td className="num">{distinct === null ? '–' : formatCount(distinct)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rows({ preview }: { preview: Dataset['preview'] }) {
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="First rows">
      <table>
        <thead>
          <tr>
            {preview.columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            <tr key={index}>
              {row.map((field, column) => (
                <td key={column}>{field}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** @param heard whether the pictures are of recordings: a wave above a spectrogram, in their own size */
function Images({ preview, heard }: { preview: Dataset['preview']; heard: boolean }) {
  return (
    <ul
      className={heard ? 'images heard' : 'images'}
      aria-label={heard ? 'First recordings' : 'First images'}
    >
      {preview.images
        .filter(({ png }) => BASE64.test(png))
        .map(({ label, png }, index) => (
          <li key={index}>
            <img
              src={`data:image/png;base64,${png}`}
              alt={`${heard ? 'Recording' : 'Image'} of class ${label}`}
              {...(heard ? {} : { width: 48, height: 48 })}
            />
            <span>{label}</span>
          </li>
        ))}
    </ul>
  );
}
