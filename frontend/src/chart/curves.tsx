import type { ReactNode } from 'react';
import { ViewBar } from './view-bar';
import type { Shared } from './view';

/** The charts that a page is about, beneath what is chosen for all of them. */
export function Curves({ label, shared, children }: { label: string; shared: Shared; children: ReactNode }) {
  return (
    <section className="charts" aria-label={label}>
      <h2 className="sr">Curves</h2>
      <ViewBar shared={shared} />
      {children}
    </section>
  );
}
