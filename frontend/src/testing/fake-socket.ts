import type { SocketLike } from '../live/socket';

/** A connection whose other end is the test. */
export class FakeSocket implements SocketLike {
  static all: FakeSocket[] = [];

  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;

  constructor() {
    FakeSocket.all.push(this);
  }

  static get newest(): FakeSocket {
    const newest = FakeSocket.all.at(-1);
    if (newest === undefined) throw new Error('nobody has connected');
    return newest;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): this {
    this.onopen?.(new Event('open'));
    return this;
  }

  say(message: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  break(): void {
    this.onclose?.(new CloseEvent('close'));
  }
}
