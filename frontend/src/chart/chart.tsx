import { useEffect, useId, useMemo, useRef, useState } from 'react';
import 'uplot/dist/uPlot.min.css';
import { formatNumber } from '../format/number';
import { useTheme } from '../ui/theme';
import { countPoints, lastValue, structure, type ChartData, type Marker, type Range } from './data';
import { ExportMenu } from './export-menu';
import { Legend } from './legend';
import { PALETTES } from './palette';
import { Plot, type Hover } from './plot';
import { Tip } from './tip';
import { useShared } from './view';

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
  /** Whether the lines have their names over the chart; else the pointer tells. */
  named?: boolean;
  /** How values are written. */
  format?: (value: number | null) => string;
}

const NOWHERE: Hover = { index: null, left: 0, here: false, markers: [] };
/** So many lines have names over the chart; more are told by the pointer. */
const MOST_NAMES = 6;

/**
 * A chart. Within a {@link SharedView} it shares axis, zoom and smoothing with the others there, and its logarithmic scale
 * stands in the address; else all of this is its own.
 */
export function Chart(props: Props) {
  const { id, title, xName, data, markers, group, empty, named = true, format = formatNumber } = props;
  const titleId = useId();
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const shared = useShared();
  const [ownLog, setOwnLog] = useState(false);
  const [ownZoom, setOwnZoom] = useState<Range | null>(null);
  const theme = useTheme();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<Hover>(NOWHERE);
  const log = shared?.view.log.has(id) ?? ownLog;
  const zoom = shared === null ? ownZoom : shared.zoom;
  const onZoom = shared?.onZoom ?? setOwnZoom;
  const axis = shared?.axis ?? 'step';
  const smooth = shared?.view.smooth ?? 0;
  const smoothing = smooth > 0;
  const shape = structure(data);
  const points = useMemo(() => countPoints(data), [data]);
  const isEmpty = points === 0 && data.lines.every((line) => lastValue(line.values) === null);
  const newest = useRef({ data, markers, zoom, onZoom, smooth, format });

  useEffect(() => {
    newest.current = { data, markers, zoom, onZoom, smooth, format };
  });

  useEffect(() => {
    const target = element.current;
    if (target === null || isEmpty) return undefined;
    const now = newest.current;
    const made = new Plot(target, now.data, {
      palette: PALETTES[theme],
      log,
      axis,
      smooth: smoothing ? now.smooth : 0,
      format: (value) => newest.current.format(value),
      group,
      onHover: setHover,
      onZoom: (range) => {
        newest.current.onZoom(range);
      },
    });
    made.setMarkers(now.markers);
    made.setZoom(now.zoom);
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
  }, [shape, theme, log, axis, smoothing, group, isEmpty]);

  useEffect(() => plot.current?.setData(data, smooth), [data, smooth]);
  useEffect(() => plot.current?.setMarkers(markers), [markers]);
  useEffect(() => plot.current?.setZoom(zoom), [zoom]);
  useEffect(() => {
    data.lines.forEach((line, index) => plot.current?.show(index, !hidden.has(line.name)));
    // The data's lines are the same as long as the shape is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hidden, shape, theme, log, axis, smoothing, isEmpty]);

  const toggle = (name: string) => {
    setHidden((before) =>
      before.has(name) ? new Set([...before].filter((n) => n !== name)) : new Set([...before, name]),
    );
  };
  const toggleLog = () => {
    if (shared === null) setOwnLog(!log);
    else {
      const { log: all } = shared.view;
      shared.change({ log: new Set(log ? [...all].filter((one) => one !== id) : [...all, id]) });
    }
  };
  const at = hover.index === null ? null : (data.x[hover.index] ?? null);
  const place = shared?.place ?? ((x: number) => `${xName} ${formatNumber(x)}`);
  const many = !named || data.lines.length > MOST_NAMES;

  return (
    // A group and no section: a page's charts are too many to be landmarks, and some have the same title.
    <div
      role="group"
      className="card chart"
      aria-labelledby={titleId}
      data-testid={`chart-${id}`}
      data-points={points}
      data-markers={markers.length}
      data-from={zoom?.from}
    >
      <header className="chart-head">
        <h3 id={titleId}>{title}</h3>
        {!many && (
          <Legend data={data} hover={hover.index} hidden={hidden} format={format} onToggle={toggle} />
        )}
        <div className="chart-tools">
          {shared === null && zoom !== null && (
            <button
              type="button"
              className="button tiny"
              onClick={() => {
                setOwnZoom(null);
              }}
            >
              show all
            </button>
          )}
          <button
            type="button"
            className="button tiny"
            aria-pressed={log}
            title="Logarithmic scale"
            onClick={toggleLog}
          >
            log
          </button>
          {!isEmpty && (
            <ExportMenu
              title={title}
              picture={() => ({
                title,
                xName,
                axis,
                data,
                zoom,
                log,
                smooth,
                palette: PALETTES[theme],
                canvas: plot.current?.canvas ?? null,
              })}
            />
          )}
        </div>
      </header>
      <div className="chart-body">
        {isEmpty ? (
          <p className="chart-empty">{empty}</p>
        ) : (
          <div ref={element} className="chart-plot" role="img" aria-label={summary(title, xName, data)} />
        )}
        <Tip hover={hover} data={data} many={many} format={format} />
      </div>
      <p className="chart-x">{at === null ? xName : place(at)}</p>
    </div>
  );
}

/** What the picture shows, for those who do not see it. */
function summary(title: string, xName: string, data: ChartData): string {
  const parts = data.lines
    .slice(0, MOST_NAMES)
    .map((line) => `${line.name} ${formatNumber(lastValue(line.values))}`);
  return `${title} by ${xName}, ${data.x.length} points; now ${parts.join(', ')}`;
}
