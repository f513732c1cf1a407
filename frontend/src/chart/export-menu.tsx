import { useRef } from 'react';
import type { Picture } from './export';

const FORMATS = ['png', 'svg', 'csv'] as const;

/** A chart as a file. */
export function ExportMenu({ title, picture }: { title: string; picture: () => Picture }) {
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <details
      ref={menu}
      className="menu"
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) e.currentTarget.open = false;
      }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') e.currentTarget.open = false;
      }}
    >
      <summary className="button tiny" title="Save as a file" aria-label={`Save ${title} as a file`}>
        ⤓
      </summary>
      <div className="menu-items">
        {FORMATS.map((format) => (
          <button
            key={format}
            type="button"
            className="button tiny"
            onClick={() => {
              if (menu.current) menu.current.open = false;
              void import('./export').then(({ save }) => {
                save(picture(), format);
              });
            }}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </div>
    </details>
  );
}
