/** The part of a browser's WebSocket that is used. */
export interface SocketLike {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export type ConnectionState = 'connecting' | 'live' | 'reconnecting';

export interface SocketHandlers {
  /** A connection stands: say what is wanted. */
  opened(): void;
  received(text: string): void;
  stateChanged(state: ConnectionState): void;
  /** A connection broke or did not come about. A browser does not say why: ask elsewhere. */
  broke(): void;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

/** A connection that comes back by itself: after 0.25 s, doubling to 10 s, each shortened by chance so that many
 * pages do not come back at once. */
export class ReconnectingSocket {
  private readonly create: () => SocketLike;
  private readonly handlers: SocketHandlers;
  private readonly random: () => number;
  private socket: SocketLike | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private running = false;
  private state: ConnectionState = 'connecting';

  constructor(create: () => SocketLike, handlers: SocketHandlers, random: () => number = Math.random) {
    this.create = create;
    this.handlers = handlers;
    this.random = random;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    this.running = false;
    this.clearTimer();
    this.drop();
  }

  /** Tries at once where a try is waiting: the network came back, or somebody looks. */
  retryNow(): void {
    if (!this.running || this.timer === null) return;
    this.clearTimer();
    this.connect();
  }

  /** Gives up a connection that is silent although it should not be. */
  restart(): void {
    if (!this.running) return;
    this.drop();
    this.retryLater();
  }

  get live(): boolean {
    return this.state === 'live';
  }

  send(message: object): void {
    if (this.live) this.socket?.send(JSON.stringify(message));
  }

  private connect(): void {
    const socket = this.create();
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.failures = 0;
      this.setState('live');
      this.handlers.opened();
    };
    socket.onmessage = ({ data }) => {
      if (this.socket === socket && typeof data === 'string') this.handlers.received(data);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.retryLater();
      this.handlers.broke();
    };
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private retryLater(): void {
    this.setState('reconnecting');
    if (!this.running || this.timer !== null) return;
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    this.failures++;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.connect();
      },
      longest * (0.5 + this.random() / 2),
    );
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private setState(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    this.handlers.stateChanged(state);
  }
}
