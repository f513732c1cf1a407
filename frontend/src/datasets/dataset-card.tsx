import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteDataset } from '../api/calls';
import type { Dataset } from '../api/dataset';
import { formatBytes, formatCount } from '../format/number';
import { ConfirmDialog } from '../ui/dialog';
import { ErrorNotice } from '../ui/notice';
import { DatasetDetail } from './dataset-detail';

export function DatasetCard({ dataset }: { dataset: Dataset }) {
  const [open, setOpen] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteDataset(dataset.name),
    onSuccess: () => client.invalidateQueries({ queryKey: ['datasets'] }),
  });
  return (
    <section className="card" aria-label={dataset.name} data-testid={`dataset-${dataset.name}`}>
      <header className="card-head">
        <div>
          <h2 className="mono">{dataset.name}</h2>
          <p className="hint">{summary(dataset)}</p>
        </div>
        <div className="actions">
          <button
            type="button"
            className="button small"
            aria-expanded={open}
            onClick={() => {
              setOpen(!open);
            }}
          >
            {open ? 'Less' : 'Look inside'}
          </button>
          <button
            type="button"
            className="button small danger"
            aria-label={`Delete dataset ${dataset.name}`}
            onClick={() => {
              setConfirming(true);
            }}
          >
            Delete…
          </button>
        </div>
      </header>
      {remove.error && <ErrorNotice error={remove.error} />}
      {open && <DatasetDetail name={dataset.name} />}
      {confirming && (
        <ConfirmDialog
          title={`Delete ${dataset.name}?`}
          confirm="Delete the dataset"
          onClose={() => {
            setConfirming(false);
          }}
          onConfirm={() => {
            setConfirming(false);
            remove.mutate();
          }}
        >
          <p>Its files are deleted. Jobs that trained on it keep their results but cannot go on.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

/** What it is, in a line. */
function summary({ format, rows, bytes, schema }: Dataset): string {
  const features = schema.columns.length - schema.target.length;
  const classes = schema.classes.length || targetClasses(schema);
  return [
    format,
    `${formatCount(rows)} ${counted(format)}`,
    schema.test_rows > 0 ? `${formatCount(schema.test_rows)} for testing` : '',
    schema.image_shape === null
      ? features > 0
        ? `${features} features`
        : ''
      : schema.image_shape.join(' × '),
    schema.target.length > 0 ? `target ${schema.target.join(', ')}` : '',
    classes > 0 ? `${classes} classes` : '',
    bytes === null ? '' : formatBytes(bytes),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What its rows are. */
function counted(format: string): string {
  switch (format) {
    case 'csv':
      return 'rows';
    case 'text':
      return 'characters';
    case 'labelled_text':
      return 'texts';
    case 'audio_folder':
      return 'recordings';
    default:
      return 'images';
  }
}

function targetClasses({ columns, target }: Dataset['schema']): number {
  const column = columns.find(({ name }) => name === target[0]);
  return target.length === 1 && column?.kind === 'categorical' ? column.categories.length : 0;
}
