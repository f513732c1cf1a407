import { useEffect, useId, useMemo, useRef, useState } from 'react';
import 'uplot/dist/uPlot.min.css';
import { formatNumber } from '../format/number';
import { useTheme } from '../ui/theme';
import { countPoints, lastValue, structure, type ChartData, type Marker } from './data';
import { Legend } from './legend';
import { PALETTES } from './palette';
import { Plot, type Hover } from './plot';

interface Props {
  /** What the chart is called; also its hook for tests: `chart-{id}`. */
  id: string;
  title: string;
  /** What x counts. */
  xName: string;
  data: ChartData;
  markers: readonly Marker[];
  /** Charts of one group show the same place when the pointer is over one of them. */
  group: string;
  empty: string;
  onZoom?: (range: { from: number; to: number } | null) => void;
}

const NOWHERE: Hover = { index: null, left: 0, markers: [] };
const MOST_LABELS = 3;

export function Chart({ id, title, xName, data, markers, group, empty, onZoom }: Props) {
  const titleId = useId();
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const newest = useRef({ data, markers, onZoom });
  const theme = useTheme();
  const [log, setLog] = useState(false);
  const [zoomed, setZoomed] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<Hover>(NOWHERE);
  const shape = structure(data);
  const points = useMemo(() => countPoints(data), [data]);
  const isEmpty = points === 0 && data.lines.every((line) => lastValue(line.values) === null);

  useEffect(() => {
    newest.current = { data, markers, onZoom };
  });

  useEffect(() => {
    const target = element.current;
    if (target === null || isEmpty) return undefined;
    const made = new Plot(target, newest.current.data, {
      palette: PALETTES[theme],
      log,
      group,
      onHover: setHover,
      onZoom: (range) => {
        setZoomed(range !== null);
        newest.current.onZoom?.(range);
      },
    });
    made.setMarkers(newest.current.markers);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.resize(target.clientWidth, target.clientHeight);
    });
    observer.observe(target);
    return () => {
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [shape, theme, log, group, isEmpty]);

  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => plot.current?.setMarkers(markers), [markers]);
  useEffect(() => {
    data.lines.forEach((line, index) => plot.current?.show(index, !hidden.has(line.name)));
    // The data's lines are the same as long as the shape is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hidden, shape, theme, log, isEmpty]);

  const toggle = (name: string) => {
    setHidden((before) =>
      before.has(name) ? new Set([...before].filter((n) => n !== name)) : new Set([...before, name]),
    );
  };
  const at = hover.index === null ? null : (data.x[hover.index] ?? null);

  return (
    <section
      className="card chart"
      aria-labelledby={titleId}
      data-testid={`chart-${id}`}
      data-points={points}
      data-markers={markers.length}
    >
      <header className="chart-head">
        <h3 id={titleId}>{title}</h3>
        <Legend data={data} hover={hover.index} hidden={hidden} onToggle={toggle} />
        <div className="chart-tools">
          {zoomed && (
            <button
              type="button"
              className="button tiny"
              onClick={() => {
                plot.current?.resetZoom();
                setZoomed(false);
                onZoom?.(null);
              }}
            >
              whole
            </button>
          )}
          <button
            type="button"
            className="button tiny"
            aria-pressed={log}
            title="Logarithmic scale"
            onClick={() => {
              setLog(!log);
            }}
          >
            log
          </button>
        </div>
      </header>
      <div className="chart-body">
        {isEmpty ? (
          <p className="chart-empty">{empty}</p>
        ) : (
          <div ref={element} className="chart-plot" role="img" aria-label={summary(title, xName, data)} />
        )}
        {hover.markers.length > 0 && (
          <ul className="chart-tip" style={{ left: `min(${hover.left + 60}px, calc(100% - 230px))` }}>
            {hover.markers.slice(0, MOST_LABELS).map((marker, index) => (
              <li key={index} data-kind={marker.kind}>
                {marker.label}
              </li>
            ))}
            {hover.markers.length > MOST_LABELS && <li>and {hover.markers.length - MOST_LABELS} more</li>}
          </ul>
        )}
      </div>
      <p className="chart-x">{at === null ? xName : `${xName} ${formatNumber(at)}`}</p>
    </section>
  );
}

/** What the picture shows, for those who do not see it. */
function summary(title: string, xName: string, data: ChartData): string {
  const parts = data.lines.map((line) => `${line.name} ${formatNumber(lastValue(line.values))}`);
  return `${title} by ${xName}, ${data.x.length} points; now ${parts.join(', ')}`;
}
