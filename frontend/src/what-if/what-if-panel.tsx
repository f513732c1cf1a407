import { useMemo, useState } from 'react';
import type { Job } from '../api/job';
import type { CallbackSpec } from '../api/replay';
import { words } from '../format/place';
import { useJobPart } from '../live/context';
import { ADDABLE, monitorOf, nameOf, replayed, slidersOf } from './callbacks';
import { Outcome } from './outcome-view';
import { Sliders } from './sliders';

/** What other parameters, or another callback, would have made of this run. Nothing is changed by asking. */
export function WhatIfPanel({ job, spec }: { job: Job; spec: unknown }) {
  const [open, setOpen] = useState(false);
  const epochs = useJobPart(job.id, (told) => told.epochs.x.length);
  if (epochs === 0) return null;
  return (
    <details
      className="card"
      data-testid="what-if"
      onToggle={(e) => {
        setOpen(e.currentTarget.open);
      }}
    >
      <summary>
        <h2>What if?</h2>
      </summary>
      {open && <WhatIf job={job} spec={spec} epochs={epochs} />}
    </details>
  );
}

/** A callback to look at: one of the job's, or one to try on it. */
interface Choice {
  label: string;
  callback: CallbackSpec;
  /** Its place among the job's; null for one to try. */
  index: number | null;
}

function choicesOf(own: readonly CallbackSpec[], monitor: string): Choice[] {
  return [
    ...own.map((callback, index) => ({ label: words(nameOf(callback)), callback, index })),
    ...ADDABLE.map((type) => ({
      label: `add ${type}`,
      callback: { type, name: 'what_if', monitor },
      index: null,
    })),
  ];
}

function WhatIf({ job, spec, epochs }: { job: Job; spec: unknown; epochs: number }) {
  const own = useMemo(() => replayed(spec), [spec]);
  const [chosen, setChosen] = useState(0);
  const [changes, setChanges] = useState<Readonly<Record<string, number>>>({});
  const table = useJobPart(job.id, (told) => told.epochs);
  const monitor = table.columns.has('val_loss') ? 'val_loss' : 'loss';
  const choices = useMemo(() => choicesOf(own, monitor), [own, monitor]);
  const choice = choices[chosen] ?? choices[0];
  const callbacks = useMemo(() => {
    if (choice === undefined) return own;
    const changed: CallbackSpec = { ...choice.callback, ...changes };
    return choice.index === null ? [...own, changed] : own.with(choice.index, changed);
  }, [own, choice, changes]);
  if (choice === undefined) return null;
  const values = (table.columns.get(monitorOf(choice.callback)) ?? []).filter(
    (value) => value !== null && Number.isFinite(value),
  ) as number[];
  const span = values.length === 0 ? 1 : Math.max(...values) - Math.min(...values);
  return (
    <div className="what-if">
      <div className="what-if-form">
        <label className="field">
          <span>Callback</span>
          <select
            value={chosen}
            data-testid="what-if-callback"
            onChange={(e) => {
              setChosen(Number(e.target.value));
              setChanges({});
            }}
          >
            {choices.map(({ label }, index) => (
              <option key={label} value={index}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <Sliders
          callback={choice.callback}
          sliders={slidersOf(choice.callback.type, epochs, span)}
          changes={changes}
          onChange={(name, value) => {
            setChanges((before) => ({ ...before, [name]: value }));
          }}
        />
      </div>
      <Outcome job={job} callbacks={callbacks} index={choice.index ?? own.length} table={table} />
    </div>
  );
}
