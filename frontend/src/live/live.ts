import { DecodeError } from '../api/decode';
import type { Event } from './event';
import { JobStore } from './job-store';
import { JobsStore } from './jobs-store';
import { readMessage, type Message } from './message';
import { nextFrame, Notifier, type Schedule } from './notifier';
import { Summaries } from './summaries';
import { ReconnectingSocket, type ConnectionState, type SocketLike } from './socket';

/** Jobs that were looked at last stay in memory, so that going back shows them at once. */
const MOST_JOBS_KEPT = 4;

/** Of a run that told more than this the page asks for the newest steps alone, and for buckets of those before. */
const MOST_EVENTS_READ = 30_000;
const NEWEST_READ = 15_000;

/** An alert is news for so long. */
const NEWS_MS = 60_000;

/** A connection that was silent so long, although the server knows more, is dead. */
const SILENT_MS = 10_000;

export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Something came that this page does not understand; null normally. */
  readonly fault: string | null;
  /** How often a connection was made: data of before may be stale. */
  readonly connections: number;
}

export interface LiveOptions {
  create: () => SocketLike;
  schedule?: Schedule;
  random?: () => number;
  /** Called when the connection breaks or cannot be made: the place to find out whether we are still let in. */
  onBroken?: () => void;
}

/** The one live connection of the page and the stores that it fills. */
export class Live {
  readonly jobs: JobsStore;
  private readonly socket: ReconnectingSocket;
  private readonly schedule: Schedule;
  private readonly notifier: Notifier;
  private readonly stores = new Map<number, JobStore>();
  private readonly watched = new Map<number, number>();
  private readonly asking = new Set<number>();
  private readonly alertListeners = new Set<(jobId: number, message: string) => void>();
  private readonly summaries = new Summaries((message) => {
    this.socket.send(message);
  });
  private lastMessageAt = Date.now();
  private current: ConnectionStatus = { state: 'connecting', fault: null, connections: 0 };

  constructor({ create, schedule = nextFrame, random, onBroken }: LiveOptions) {
    this.schedule = schedule;
    this.notifier = new Notifier(schedule);
    this.jobs = new JobsStore(schedule);
    this.socket = new ReconnectingSocket(
      create,
      {
        opened: () => {
          this.subscribeAgain();
        },
        received: (text) => {
          this.receive(text);
        },
        stateChanged: (state) => {
          this.setStatus({ state });
        },
        broke: () => {
          onBroken?.();
        },
      },
      random,
    );
  }

  readonly subscribeStatus = (listener: () => void): (() => void) => this.notifier.subscribe(listener);
  readonly status = (): ConnectionStatus => this.current;

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }

  retryNow(): void {
    this.socket.retryNow();
  }

  restart(): void {
    this.socket.restart();
  }

  /**
   * Keeps summaries of jobs coming until the answer is called.
   *
   * @param ids of which jobs; null for all
   */
  watchJobs(ids: readonly number[] | null = null): () => void {
    return this.summaries.watch(ids);
  }

  /** The store of a job, filled while somebody watches it. */
  jobStore(id: number): JobStore {
    let store = this.stores.get(id);
    if (store === undefined) {
      store = new JobStore(this.schedule);
      this.stores.set(id, store);
    }
    return store;
  }

  /** Decides which events of a job will be asked for, so that the rest can be asked of the server at once. */
  prepare(id: number, lastSeq: number): void {
    const store = this.jobStore(id);
    if (!this.watched.has(id) && lastSeq - store.lastSeq > MOST_EVENTS_READ)
      store.skipSteps(lastSeq - NEWEST_READ);
  }

  /**
   * Keeps the events of a job coming until the answer is called.
   *
   * @param lastSeq the newest event there is already, as far as known
   */
  watchJob(id: number, lastSeq = -1): () => void {
    const watchers = this.watched.get(id) ?? 0;
    this.prepare(id, lastSeq);
    this.watched.set(id, watchers + 1);
    if (watchers === 0) this.subscribe(id);
    return () => {
      const left = (this.watched.get(id) ?? 1) - 1;
      this.watched.set(id, left);
      if (left > 0) return;
      this.watched.delete(id);
      this.socket.send({ unsubscribe: 'job', job_id: id });
      this.forgetOldest();
    };
  }

  /** The server said elsewhere how far a job's events go: a connection that keeps them back is dead. */
  expect(id: number, lastSeq: number): void {
    const store = this.stores.get(id);
    const silent = Date.now() - this.lastMessageAt > SILENT_MS;
    if (store && this.watched.has(id) && store.lastSeq < lastSeq && silent && this.socket.live)
      this.restart();
  }

  /** Calls for every alert from now on of the jobs that are watched, until the answer is called. */
  onAlert(listener: (jobId: number, message: string) => void): () => void {
    this.alertListeners.add(listener);
    return () => this.alertListeners.delete(listener);
  }

  /** A job is gone for good. */
  forget(id: number): void {
    this.stores.delete(id);
    this.jobs.remove(id);
  }

  private subscribe(id: number): void {
    const { lastSeq, stepsAfter } = this.jobStore(id);
    const skip = stepsAfter > lastSeq ? { steps_after: stepsAfter } : {};
    this.socket.send({ subscribe: 'job', job_id: id, after: lastSeq, ...skip });
  }

  private subscribeAgain(): void {
    this.lastMessageAt = Date.now();
    this.asking.clear();
    this.setStatus({ connections: this.current.connections + 1 });
    this.summaries.askAgain();
    for (const id of this.watched.keys()) this.subscribe(id);
  }

  private receive(text: string): void {
    this.lastMessageAt = Date.now();
    try {
      this.take(readMessage(text));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.setStatus({ fault: error.message });
    }
  }

  private take(message: Message): void {
    switch (message.kind) {
      case 'job':
        this.jobs.put(message.job);
        return;
      case 'events':
        this.takeEvents(message.events);
        return;
      case 'error':
        console.warn(`live: ${message.problem.detail ?? message.problem.title}`);
        return;
      case 'resync':
      case 'other':
        // After a resync the server goes on by itself with what is stored; a gap would show in takeEvents.
        return;
    }
  }

  private takeEvents(events: readonly Event[]): void {
    for (const id of new Set(events.map((event) => event.job_id))) {
      const store = this.stores.get(id);
      if (store === undefined || !this.watched.has(id)) continue;
      this.tellAlerts(events.filter((event) => event.job_id === id && event.seq > store.lastSeq));
      if (store.apply(events.filter((event) => event.job_id === id))) {
        this.asking.delete(id);
      } else if (!this.asking.has(id)) {
        this.asking.add(id);
        this.subscribe(id);
      }
    }
  }

  /** Those of the past that is being read are no news. */
  private tellAlerts(events: readonly Event[]): void {
    const newest = Date.now() - NEWS_MS;
    for (const { detail, at, job_id: id } of events) {
      if (detail.type !== 'alert' || Date.parse(at) < newest) continue;
      for (const listener of this.alertListeners) listener(id, detail.message);
    }
  }

  private forgetOldest(): void {
    for (const id of this.stores.keys()) {
      if (this.stores.size <= MOST_JOBS_KEPT) return;
      if (!this.watched.has(id)) this.stores.delete(id);
    }
  }

  private setStatus(change: Partial<ConnectionStatus>): void {
    this.current = { ...this.current, ...change };
    this.notifier.changed();
  }
}
