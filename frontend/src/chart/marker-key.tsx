import type { Marker } from './data';
import type { MarkerKind } from './palette';

const KINDS: readonly { kind: MarkerKind; name: string }[] = [
  { kind: 'command', name: 'command applied' },
  { kind: 'alert', name: 'alert' },
  { kind: 'attempt', name: 'went on from a checkpoint' },
  { kind: 'callback', name: 'callback acted' },
  { kind: 'restored', name: 'weights restored' },
  { kind: 'checkpoint', name: 'checkpoint saved' },
  { kind: 'rate', name: 'learning rate changed' },
];

/** What the marks on the charts mean; those that there are. */
export function MarkerKey({ markers }: { markers: readonly Marker[] }) {
  const present = new Set(markers.map((marker) => marker.kind));
  if (present.size === 0) return null;
  return (
    <ul className="marker-key" aria-label="Marks on the charts">
      {KINDS.filter(({ kind }) => present.has(kind)).map(({ kind, name }) => (
        <li key={kind}>
          <span className="marker-sign" data-kind={kind} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  );
}
