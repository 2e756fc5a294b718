import { once } from 'node:events';

/** The streams of a command, so that it can be run within another program as well. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Whether a stream is a terminal. */
export function isTerminal(stream: NodeJS.WritableStream | NodeJS.WriteStream): stream is NodeJS.WriteStream {
  return 'isTTY' in stream && stream.isTTY;
}

/**
 * Whether a stream is a terminal that shows colours, and whose user has nothing against them.
 *
 * @see https://no-color.org
 */
export function hasColours(stream: NodeJS.WritableStream): boolean {
  return isTerminal(stream) && stream.hasColors();
}

/**
 * Writes text to a stream in large pieces, and no faster than the stream takes them.
 */
export class Output {
  /** Whether the stream takes no more, as after `| head`. */
  closed = false;
  readonly #stream: NodeJS.WritableStream;
  readonly #beforeWrite: () => void;
  #gathered: string[] = [];
  #length = 0;

  /** @param beforeWrite - called each time before text goes to the stream */
  constructor(stream: NodeJS.WritableStream, beforeWrite: () => void = () => {}) {
    this.#stream = stream;
    this.#beforeWrite = beforeWrite;
    stream.once('error', () => (this.closed = true));
    stream.once('close', () => (this.closed = true));
  }

  /** Takes text; it may be held until {@link flush}. */
  add(text: string): void {
    this.#gathered.push(text);
    this.#length += text.length;
  }

  /** Whether enough is gathered to be worth writing. */
  get isFull(): boolean {
    return this.#length >= CHUNK_CHARACTERS;
  }

  /** Writes what is gathered, and waits until the stream can take more. */
  async flush(): Promise<void> {
    if (this.#length === 0 || this.closed) return;
    const text = this.#gathered.join('');
    this.#gathered = [];
    this.#length = 0;
    this.#beforeWrite();
    if (this.#stream.write(text)) return;
    const heard = new AbortController();
    const { signal } = heard;
    // `once` rejects on an error, which says as much as 'close' does.
    const events = ['drain', 'close'].map((event) => once(this.#stream, event, { signal }));
    await Promise.race(events).catch(() => (this.closed = true));
    heard.abort();
    await Promise.allSettled(events);
  }
}

/** How many characters are gathered before they are written. */
const CHUNK_CHARACTERS = 65_536;
