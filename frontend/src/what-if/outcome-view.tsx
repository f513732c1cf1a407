import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { explain } from '../api/http';
import type { Job } from '../api/job';
import { replayJob, type CallbackSpec, type Replay } from '../api/replay';
import { Chart } from '../chart/chart';
import { words } from '../format/place';
import { useJobPart } from '../live/context';
import type { TableView } from '../live/table';
import { epochData } from '../job/chart-data';
import { monitorOf, nameOf } from './callbacks';
import { bestText, keptText, markersOf, rateCurve, rateText, savedText, stopText } from './outcome';
import { Sweep } from './sweep';

const DEBOUNCE_MS = 200;

interface Props {
  job: Job;
  callbacks: readonly CallbackSpec[];
  /** The callback that is looked at. */
  index: number;
  table: TableView;
}

/** What these callbacks would have done, in words and on the recorded curve. */
export function Outcome({ job, callbacks, index, table }: Props) {
  const asked = useSettled(callbacks);
  const { data, error } = useQuery({
    queryKey: ['replay', job.id, asked, table.x.length],
    queryFn: ({ signal }) => replayJob(job.id, asked, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const callback = asked[index] ?? callbacks[index];
  if (callback === undefined) return null;
  if (error !== null) return <p className="notice bad">{explain(error)}</p>;
  if (data === undefined) return <p className="hint">Replaying …</p>;
  return (
    <>
      <Facts job={job} replay={data} callback={callback} />
      <div className="charts">
        <MonitorChart replay={data} metric={monitorOf(callback)} table={table} />
        <RateChart replay={data} />
        {'EarlyStopping' === callback.type && (
          <Sweep job={job} callbacks={asked} index={index} epochs={table.x.length} />
        )}
      </div>
    </>
  );
}

/** A value once it has stood for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(value);
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return settled;
}

function Facts({ job, replay, callback }: { job: Job; replay: Replay; callback: CallbackSpec }) {
  const seconds = useJobPart(job.id, (told) => told.epochSeconds);
  return (
    <>
      {replay.error !== null && <p className="notice bad">{replay.error.detail}</p>}
      <dl className="facts">
        <Fact name="Would have stopped" id="what-if-stop">
          {stopText(replay)}
        </Fact>
        <Fact name="Would have saved" id="what-if-saved">
          {savedText(replay, seconds)}
        </Fact>
        <Fact name={`Best ${words(monitorOf(callback))}`} id="what-if-best">
          {bestText(replay, nameOf(callback))}
        </Fact>
        <Fact name="Checkpoints kept" id="what-if-kept">
          {keptText(replay)}
        </Fact>
        <Fact name="Learning rate" id="what-if-rate">
          {rateText(replay)}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, id, children }: { name: string; id: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={id}>{children}</dd>
    </div>
  );
}

function MonitorChart({ replay, metric, table }: { replay: Replay; metric: string; table: TableView }) {
  const data = useMemo(() => epochData(table, metric.replace(/^val_/, '')), [table, metric]);
  const markers = useMemo(() => markersOf(replay), [replay]);
  return (
    <Chart
      id="what-if-metric"
      title={`${words(metric)}, as recorded`}
      xName="epoch"
      data={data}
      markers={markers}
      group="what-if"
      empty="This metric was not recorded."
    />
  );
}

function RateChart({ replay }: { replay: Replay }) {
  const data = useMemo(() => rateCurve(replay), [replay]);
  return (
    <Chart
      id="what-if-rate-chart"
      title="learning rate"
      xName="epoch"
      data={data}
      markers={[]}
      group="what-if"
      empty="No epoch was replayed."
    />
  );
}
