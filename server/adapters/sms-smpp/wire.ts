import type { Socket } from 'node:net';
import { Frames } from './frames.ts';
import { openSocket, reasonOf, type Target } from './socket.ts';

export interface WireEvents {
  /** Octets may be sent from now on. */
  onOpen(): void;
  onFrame(frame: Buffer): void;
  /** Exactly once. */
  onClosed(reason: string): void;
}

/** A gateway that takes no more octets than this behind its reading is as good as dead. */
const MAX_UNREAD = 1024 * 1024;
const CLOSED_BY_GATEWAY = 'connection closed by the gateway';

/**
 * One TCP or TLS connection as a stream of PDUs. What is written within one turn of the event loop leaves in one
 * piece. It is never opened again.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #events: WireEvents;
  readonly #frames = new Frames();
  #reason = CLOSED_BY_GATEWAY;
  #closed = false;
  #corked = false;

  constructor(target: Target, events: WireEvents) {
    this.#events = events;
    this.#socket = openSocket(target, () => {
      if (!this.#closed) events.onOpen();
    });
    this.#socket.on('data', (octets) => this.#received(octets));
    this.#socket.on('error', (error) => this.destroy(reasonOf(error)));
    this.#socket.on('end', () => this.destroy(this.#reason));
    this.#socket.on('close', () => this.destroy(this.#reason));
  }

  /** False when nothing can be written any more; then nothing was. */
  write(octets: Buffer): boolean {
    if (this.#closed || !this.#socket.writable) return false;
    this.#cork();
    this.#socket.write(octets);
    if (this.#socket.writableLength <= MAX_UNREAD) return true;
    setImmediate(() => this.destroy('gateway does not read any more'));
    return true;
  }

  /** Closes in good order after what was written; `reason` is what is told. */
  end(reason: string): void {
    this.#reason = reason;
    this.#socket.end();
  }

  /** Cuts the connection at once. */
  destroy(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#events.onClosed(reason);
  }

  /** One packet for the writes of a tick, instead of one for each. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    setImmediate(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }

  #received(octets: Buffer): void {
    if (this.#closed) return;
    try {
      for (const frame of this.#frames.push(octets)) if (!this.#closed) this.#events.onFrame(frame);
    } catch (error) {
      this.destroy(error instanceof RangeError ? `gateway sent nonsense: ${error.message}` : String(error));
    }
  }
}
