import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';

/** Pixels above and below the window that are drawn too, so that quick scrolling meets no holes. */
const MARGIN = 400;
/** Before anything can be measured. */
const ROW_HEIGHT = 64;

export interface VirtualItem {
  key: string | number;
  /** A heading is lower than a row. */
  heading: boolean;
}

interface Props<T extends VirtualItem> {
  items: readonly T[];
  label: string;
  children: (item: T, index: number) => ReactNode;
  /** Called when the end of the list comes near. */
  onEnd: () => void;
}

/** A list of any length that draws what the window shows. Its rows' heights stand in the style sheet. */
export function VirtualList<T extends VirtualItem>({ items, label, children, onEnd }: Props<T>) {
  const ref = useRef<HTMLUListElement>(null);
  const [heights, setHeights] = useState({ row: ROW_HEIGHT, heading: ROW_HEIGHT });
  const [shown, setShown] = useState({ from: 0, to: 2000 });
  const tops = useMemo(() => {
    const all = [0];
    for (const item of items) all.push((all.at(-1) ?? 0) + (item.heading ? heights.heading : heights.row));
    return all;
  }, [items, heights]);

  useLayoutEffect(() => {
    const measure = () => {
      const list = ref.current;
      if (list === null) return;
      const style = getComputedStyle(list);
      const row = parseFloat(style.getPropertyValue('--row-height')) || ROW_HEIGHT;
      const heading = parseFloat(style.getPropertyValue('--heading-height')) || row;
      setHeights((old) => (old.row === row && old.heading === heading ? old : { row, heading }));
      const above = -list.getBoundingClientRect().top;
      const [from, to] = [above - MARGIN, above + window.innerHeight + MARGIN];
      // Some rows at a time, not each pixel.
      setShown((old) =>
        Math.abs(old.from - from) < row && old.to - old.from === to - from ? old : { from, to },
      );
    };
    measure();
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, []);

  const first = Math.max(0, firstAtOrAfter(tops, shown.from) - 1);
  const end = Math.min(items.length, firstAtOrAfter(tops, shown.to));
  const nearEnd = end === items.length;
  useEffect(() => {
    if (nearEnd) onEnd();
  }, [nearEnd, items.length, onEnd]);
  return (
    <ul
      ref={ref}
      className="jobs"
      aria-label={label}
      style={{ paddingTop: tops[first] ?? 0, paddingBottom: (tops.at(-1) ?? 0) - (tops[end] ?? 0) }}
    >
      {items.slice(first, end).map((item, index) => children(item, first + index))}
    </ul>
  );
}

/** The first place in rising numbers that is not below a value. */
function firstAtOrAfter(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
