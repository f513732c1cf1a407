import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { uploadDataset } from '../api/calls';
import { ApiError } from '../api/problem';
import { ErrorNotice } from '../ui/notice';

const FORMATS = [
  {
    value: 'csv',
    about: 'One file with a header; numbers and words as columns.',
    options: '{"target": "species"}',
    hint: 'target: the column to predict, else the last; separator: "," ";" or a tab.',
  },
  {
    value: 'idx',
    about: 'Images and labels as MNIST has them, gzipped or not; with a test part, four files.',
    options: 'none',
    hint: 'None.',
  },
  {
    value: 'cifar',
    about: 'The binary batches of CIFAR-10 or CIFAR-100, and batches.meta.txt for the names of the classes.',
    options: '{"labels": "fine"}',
    hint: 'labels: fine or coarse, of CIFAR-100.',
  },
  {
    value: 'image_folder',
    about: 'A zip with a folder for each class; train and val or test may stand above. PNG, JPEG, GIF, BMP.',
    options: '{"image_size": [64, 64], "color_mode": "rgb"}',
    hint: 'image_size: height and width, else the pictures’ own; color_mode: rgb or grayscale.',
  },
  {
    value: 'text',
    about: 'One plain text in UTF-8, to learn what comes next.',
    options: 'none',
    hint: 'None; how it is cut is said in a job’s data.tokens.',
  },
  {
    value: 'labelled_text',
    about: 'A CSV file with a column of texts and one of classes.',
    options: '{"text": "message", "target": "kind"}',
    hint: 'text and target: the columns; separator: "," ";" or a tab.',
  },
  {
    value: 'audio_folder',
    about: 'A zip of WAV files, a folder for each class; they become log-mel spectrograms.',
    options: '{"labels": "folder", "seconds": 1}',
    hint: 'labels: folder or file_name (7_jackson_32.wav); sample_rate, seconds, n_fft, hop_length, n_mels.',
  },
] as const;

const SEVERAL_FILES: readonly string[] = ['idx', 'cifar'];

export function UploadForm() {
  const form = useRef<HTMLFormElement>(null);
  const [format, setFormat] = useState<string>(FORMATS[0].value);
  const described = FORMATS.find(({ value }) => value === format) ?? FORMATS[0];
  const [sent, setSent] = useState(0);
  const client = useQueryClient();
  const upload = useMutation({
    mutationFn: (parts: FormData) => uploadDataset(parts, setSent),
    onMutate: () => {
      setSent(0);
    },
    onSuccess: async () => {
      form.current?.reset();
      setFormat(FORMATS[0].value);
      await client.invalidateQueries({ queryKey: ['datasets'] });
    },
  });
  return (
    <form
      ref={form}
      className="card upload"
      aria-labelledby="upload-title"
      onSubmit={(e) => {
        e.preventDefault();
        upload.mutate(multipart(new FormData(e.currentTarget)));
      }}
    >
      <h2 id="upload-title">Upload a dataset</h2>
      <label className="field">
        Name
        <input name="name" required maxLength={64} autoComplete="off" placeholder="flowers" />
      </label>
      <label className="field">
        Format
        <select
          name="format"
          value={format}
          onChange={(e) => {
            setFormat(e.target.value);
          }}
        >
          {FORMATS.map(({ value }) => (
            <option key={value}>{value}</option>
          ))}
        </select>
        <small className="hint">{described.about}</small>
      </label>
      <label className="field">
        Files
        <input name="file" type="file" multiple={SEVERAL_FILES.includes(format)} required />
      </label>
      <label className="field">
        Options (JSON)
        <input name="options" className="mono" autoComplete="off" placeholder={described.options} />
        <small className="hint">{described.hint}</small>
      </label>
      <div className="actions">
        <button type="submit" className="button solid" disabled={upload.isPending}>
          {upload.isPending ? 'Uploading…' : 'Upload'}
        </button>
        {upload.isPending && (
          <>
            <progress max={1} value={sent} aria-label="Sent" />
            <span className="hint">{sent < 1 ? `${Math.floor(sent * 100)} %` : 'being read'}</span>
          </>
        )}
      </div>
      {upload.error && <Refusal error={upload.error} />}
      {upload.data && (
        <p className="notice good" role="status">
          {upload.data.name} is ready.
        </p>
      )}
    </form>
  );
}

/** Fields first and files last, so that the server knows what it reads; nothing that was left empty. */
function multipart(entered: FormData): FormData {
  const parts = new FormData();
  for (const name of ['name', 'format', 'options']) {
    const value = entered.get(name);
    if (typeof value === 'string' && value.trim() !== '') parts.append(name, value.trim());
  }
  for (const file of entered.getAll('file')) parts.append('file', file);
  return parts;
}

function Refusal({ error }: { error: Error }) {
  const entries = error instanceof ApiError ? error.problem.errors : [];
  if (entries.length === 0) return <ErrorNotice error={error} />;
  return (
    <ul className="problems" role="alert">
      {entries.map((entry, index) => (
        <li key={index} data-level="error">
          <code>{entry.pointer.replace(/^#\//, '')}</code> {entry.detail}
        </li>
      ))}
    </ul>
  );
}
