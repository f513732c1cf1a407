import { useId, useState, type ReactNode } from 'react';

interface Props {
  /** Hook for tests: the field is `{id}-input`, the button `set-{id}`. */
  id: string;
  label: string;
  /** The value in force. */
  now: ReactNode;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  /** What is wrong with what was entered; shown once somebody tried to send it. */
  fault: string | null;
  /** What sending it would do. */
  effect: ReactNode;
  verb: string;
  busy: boolean;
  onSubmit: () => void;
  /** Beside the label. */
  aside?: ReactNode;
  /** In front of the field. */
  unit?: ReactNode;
  children?: ReactNode;
}

/** One number that a command sets, with the value in force before it and its effect below. */
export function NumberForm(props: Props) {
  const {
    id,
    label,
    now,
    placeholder,
    text,
    onText,
    fault,
    effect,
    verb,
    busy,
    onSubmit,
    aside,
    unit,
    children,
  } = props;
  const fieldId = useId();
  const noteId = useId();
  const [tried, setTried] = useState(false);
  const wrong = tried && fault !== null;
  return (
    <form
      className="steer-form"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        setTried(fault !== null);
        if (fault === null) onSubmit();
      }}
    >
      <div className="field">
        <span className="label-line">
          <label htmlFor={fieldId}>
            {label} <small>now {now}</small>
          </label>
          {aside}
        </span>
        <span className="joined">
          {unit}
          <input
            id={fieldId}
            data-testid={`${id}-input`}
            inputMode="decimal"
            autoComplete="off"
            placeholder={placeholder}
            value={text}
            aria-invalid={wrong}
            aria-describedby={noteId}
            onChange={(e) => {
              onText(e.target.value);
              setTried(false);
            }}
          />
          <button type="submit" className="button" data-testid={`set-${id}`} disabled={busy}>
            {verb}
          </button>
        </span>
      </div>
      {children}
      <p id={noteId} className={wrong ? 'field-error' : 'effect'} role={wrong ? 'alert' : undefined}>
        {wrong ? fault : text.trim() === '' ? null : fault === null ? effect : null}
      </p>
    </form>
  );
}

/** The number that was entered, a comma for a point taken too; NaN for none. */
export function entered(text: string): number {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? NaN : Number(trimmed);
}
