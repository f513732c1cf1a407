import { useState } from 'react';
import { Link } from 'react-router';
import type { BulkTarget } from '../api/bulk';
import { formatCount } from '../format/number';
import { BulkDialog } from './bulk-dialog';

interface Props {
  selected: ReadonlySet<number>;
  /** All jobs of the filter, and how many of them are known. */
  filter: { target: BulkTarget; atLeast: number; whole: boolean };
  onClear: () => void;
}

/** What can be done with the jobs that were picked out. */
export function BulkBar({ selected, filter, onClear }: Props) {
  const [steering, setSteering] = useState<'selected' | 'filter' | null>(null);
  const ids = [...selected].sort((a, b) => a - b);
  const close = () => {
    setSteering(null);
  };
  return (
    <div className="bulk-bar" role="region" aria-label="Jobs picked out" data-testid="bulk-bar">
      <b>{formatCount(ids.length)} picked out</b>
      {ids.length > 1 && (
        <Link className="button small" data-testid="compare" to={`/compare?jobs=${ids.join()}`}>
          Compare
        </Link>
      )}
      <button
        type="button"
        className="button small solid"
        data-testid="steer-selected"
        onClick={() => {
          setSteering('selected');
        }}
      >
        Steer…
      </button>
      {filter.atLeast > ids.length && (
        <button
          type="button"
          className="button small"
          onClick={() => {
            setSteering('filter');
          }}
        >
          Steer all {formatCount(filter.atLeast)}
          {!filter.whole && ' and more'} of the filter…
        </button>
      )}
      <button type="button" className="button small" onClick={onClear}>
        Clear
      </button>
      {steering === 'selected' && (
        <BulkDialog target={{ ids }} jobs={`${formatCount(ids.length)} jobs`} onClose={close} />
      )}
      {steering === 'filter' && (
        <BulkDialog target={filter.target} jobs="all jobs of the filter" onClose={close} />
      )}
    </div>
  );
}
