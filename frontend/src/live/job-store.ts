import type { Explanation } from '../api/job';
import type { CommandState, Place } from '../api/command';
import { Clock, type ClockView } from './clock';
import type { Envelope, Event, EventDetail } from './event';
import { Notifier, type Schedule } from './notifier';
import { Table, type TableView } from './table';

/** Steps kept in the page; the server keeps them all. */
const MOST_STEPS = 20_000;
const MOST_EPOCHS = 100_000;
const MOST_ENTRIES = 5_000;

/** So many events at once are the past being read: it is shown in fewer pictures, to be through sooner. */
const PAST = 200;
const PAST_PERIOD_MS = 300;

/** What the timeline tells. Metrics are not in it. */
export type TimelineDetail = Exclude<
  EventDetail,
  {
    type:
      | 'epoch_begin'
      | 'batch_end'
      | 'metrics_logged'
      | 'test_end'
      | 'epoch_end'
      | 'callbacks_explained'
      | 'artifact'
      | 'unknown';
  }
>;

/** `voided`: it was told of a part of training that a later attempt did again. */
export type TimelineEntry = Envelope & { detail: TimelineDetail; voided: boolean };

/** What happened to the process and not within training stays true whatever is trained again. */
const STANDS = new Set<TimelineDetail['type']>(['state_changed', 'train_begin', 'train_end', 'log']);

export interface CommandOutcome extends Place {
  state: CommandState;
  message: string;
}

/** A job as its events have told it so far. Each part is the same object until it changes. */
export interface JobSnapshot {
  readonly lastSeq: number;
  readonly lastStep: number;
  readonly epochs: TableView;
  readonly steps: TableView;
  readonly rates: TableView;
  /** The learning rate before the first change; null while there was none. */
  readonly initialRate: number | null;
  readonly stepsPerEpoch: number | null;
  readonly parameters: number | null;
  readonly timeline: readonly TimelineEntry[];
  readonly commands: ReadonlyMap<string, CommandOutcome>;
  /** Where each callback stands; null before they told. */
  readonly callbacks: readonly Explanation[] | null;
  readonly artifacts: number;
  /** Wall-clock seconds of each epoch, by its number; grows in place, along with `epochs`. */
  readonly epochSeconds: readonly (number | undefined)[];
  /** When steps were made; grows in place. */
  readonly clock: ClockView;
}

/** Everything that one job told, put in order: no gap, nothing twice. */
export class JobStore {
  private readonly notifier: Notifier;
  private readonly epochs = new Table(MOST_EPOCHS);
  private readonly steps: Table;
  private readonly rates = new Table(MOST_STEPS);
  private readonly clock = new Clock();
  private timeline: readonly TimelineEntry[] = [];
  private commands: ReadonlyMap<string, CommandOutcome> = new Map();
  private callbacks: readonly Explanation[] | null = null;
  private artifacts = 0;
  private readonly seconds: (number | undefined)[] = [];
  private initialRate: number | null = null;
  private stepsPerEpoch: number | null = null;
  private parameters: number | null = null;
  private last = -1;
  private lastStep = 0;
  private skipped = -1;
  private cached: JobSnapshot | null = null;

  constructor(schedule?: Schedule, mostSteps = MOST_STEPS) {
    this.notifier = new Notifier(schedule);
    this.steps = new Table(mostSteps);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.notifier.subscribe(listener);

  readonly snapshot = (): JobSnapshot => {
    this.cached ??= {
      lastSeq: this.last,
      lastStep: this.lastStep,
      epochs: this.epochs.view(),
      steps: this.steps.view(),
      rates: this.rates.view(),
      initialRate: this.initialRate,
      stepsPerEpoch: this.stepsPerEpoch,
      parameters: this.parameters,
      timeline: this.timeline,
      commands: this.commands,
      callbacks: this.callbacks,
      artifacts: this.artifacts,
      epochSeconds: this.seconds,
      clock: this.clock,
    };
    return this.cached;
  };

  /** Seq of the newest event held; -1 for none. */
  get lastSeq(): number {
    return this.last;
  }

  /** Up to this seq what single steps told is not asked for; -1 while everything is. */
  get stepsAfter(): number {
    return this.skipped;
  }

  /** Asks no more for what single steps told up to a seq: the server's buckets have it. */
  skipSteps(seq: number): void {
    if (seq <= this.last) return;
    this.skipped = seq;
    this.steps.letGo();
    this.cached = null;
    this.notifier.changed();
  }

  /**
   * Takes events in. Those already held are passed over.
   *
   * @returns false where one is missing in between: what came after it was not taken, ask again from {@link lastSeq}
   */
  apply(events: readonly Event[]): boolean {
    const told: TimelineEntry[] = [];
    let whole = true;
    for (const event of events) {
      if (event.seq <= this.last) continue;
      if (event.seq > Math.max(this.last, this.skipped) + 1) {
        whole = false;
        break;
      }
      this.last = event.seq;
      this.take(event, told);
    }
    if (told.length > 0) this.timeline = [...this.timeline, ...told].slice(-MOST_ENTRIES);
    this.cached = null;
    this.notifier.changed(events.length >= PAST ? PAST_PERIOD_MS : 0);
    return whole;
  }

  private take(event: Event, told: TimelineEntry[]): void {
    const { detail, ...head } = event;
    this.lastStep = Math.max(this.lastStep, event.step ?? 0);
    if (event.step !== null && detail.type !== 'train_begin') this.clock.note(event.step, event.at);
    switch (detail.type) {
      case 'batch_end':
      case 'metrics_logged':
        if (event.step === null) return;
        this.steps.merge(event.step, detail.logs);
        this.takeRate(event.step, detail.logs.get('learning_rate'));
        return;
      case 'epoch_end':
        if (event.epoch !== null) {
          this.epochs.append(event.epoch, detail.logs);
          this.seconds[event.epoch] = detail.seconds;
        }
        return;
      case 'callbacks_explained':
        this.callbacks = detail.callbacks;
        return;
      case 'artifact':
        this.artifacts++;
        return;
      case 'epoch_begin':
      case 'test_end':
      case 'unknown':
        return;
      case 'train_begin':
        this.stepsPerEpoch = detail.steps_per_epoch;
        this.parameters = detail.parameters;
        if (detail.resumed_from !== null) this.goBack(event, told);
        this.clock.note(event.step ?? 0, event.at);
        break;
      case 'learning_rate_changed':
        this.initialRate ??= detail.from;
        this.noteRate(event.step ?? this.lastStep, detail.to, Number(detail.by === 'command'));
        break;
      case 'command_applied':
      case 'command_rejected':
        this.commands = new Map(this.commands).set(detail.command_id, {
          state: detail.type === 'command_applied' ? 'applied' : 'rejected',
          epoch: event.epoch,
          step: event.step,
          message: detail.message,
        });
        break;
      case 'state_changed':
      case 'callback':
      case 'alert':
      case 'learning_rate_tested':
      case 'checkpoint_saved':
      case 'checkpoint_removed':
      case 'restored':
      case 'weights_loaded':
      case 'log':
      case 'train_end':
        break;
    }
    told.push({ ...head, detail, voided: false });
  }

  /** A rate that moves with every update is told by the updates. */
  private takeRate(step: number, rate: number | undefined): void {
    if (rate === undefined) return;
    const { x, columns } = this.rates.view();
    if ((x.at(-1) ?? -1) >= step || columns.get('learning_rate')?.at(-1) === rate) return;
    this.noteRate(step, rate, columns.get('overridden')?.at(-1) ?? 0);
  }

  private noteRate(step: number, learning_rate: number, overridden: number): void {
    this.rates.append(step, new Map(Object.entries({ learning_rate, overridden })));
  }

  /** Training goes on from an earlier place: what was told of later ones is told again. */
  private goBack(event: Event, told: TimelineEntry[]): void {
    const step = event.step ?? 0;
    this.steps.truncate(step);
    this.epochs.truncate(event.epoch ?? 0);
    this.rates.truncate(step + 1);
    this.clock.truncate(step);
    this.lastStep = step;
    const unless = (entry: TimelineEntry): TimelineEntry =>
      (entry.step ?? 0) > step && !STANDS.has(entry.detail.type) ? { ...entry, voided: true } : entry;
    this.timeline = this.timeline.map(unless);
    told.splice(0, told.length, ...told.map(unless));
  }
}
