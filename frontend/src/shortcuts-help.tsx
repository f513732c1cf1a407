import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { Dialog } from './ui/dialog';
import { useShortcuts, useShortcutsOff } from './ui/shortcuts';

const SHEET: readonly { keys: string; what: string }[] = [
  { keys: '?', what: 'this sheet' },
  { keys: 'g j', what: 'go to the jobs' },
  { keys: 'g n', what: 'go to a new job' },
  { keys: 'g d', what: 'go to the datasets' },
  { keys: '/', what: 'search on this page' },
  { keys: 'e', what: 'charts by epoch' },
  { keys: 's', what: 'charts by step' },
  { keys: 't', what: 'charts by time' },
  { keys: 'm', what: 'more smoothing' },
  { keys: 'n', what: 'less smoothing' },
  { keys: '0', what: 'end the zoom' },
];

/** The keys of the whole dashboard, and the sheet that tells of all keys. */
export function ShortcutsHelp() {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [off, setOff] = useShortcutsOff();
  const actions = useMemo(
    () => ({
      '?': () => {
        setOpen(true);
      },
      'g j': () => void navigate('/'),
      'g n': () => void navigate('/new'),
      'g d': () => void navigate('/datasets'),
      '/': () => document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus(),
    }),
    [navigate],
  );
  useShortcuts(actions);
  return (
    <>
      <button
        type="button"
        className="button quiet"
        data-testid="shortcuts"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => {
          setOpen(true);
        }}
      >
        <span aria-hidden="true">?</span>
      </button>
      {open && (
        <Dialog
          title="Keyboard shortcuts"
          onClose={() => {
            setOpen(false);
          }}
        >
          <dl className="shortcuts">
            {SHEET.map(({ keys, what }) => (
              <div key={keys}>
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <label className="check">
            <input
              type="checkbox"
              checked={!off}
              onChange={(e) => {
                setOff(!e.target.checked);
              }}
            />
            use these keys
          </label>
        </Dialog>
      )}
    </>
  );
}
