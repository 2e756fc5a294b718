import type { ClientRequest, IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { faultOf } from './connection-fault.js';
import { decodersFor } from './decoding.js';
import { Fault } from './fault.js';

/** What is sent to a target. */
export interface Message {
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What is answered. */
export interface Reply {
  readonly status: number;
  /** By lower-case name; fields of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly body: Uint8Array;
}

/** Interim answers (1xx) that are sat through before one that counts. */
const MOST_INTERIM_ANSWERS = 16;

/** One message on its way, and the answer to it. */
export class Exchange {
  readonly #request: ClientRequest;
  readonly #signal: AbortSignal;
  readonly #bodiless: boolean;
  readonly #response: Promise<IncomingMessage>;
  #answering = false;
  #error: Error | undefined;

  constructor(request: ClientRequest, { method, body }: Message, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#bodiless = method === 'HEAD';
    this.#response = new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.#error ??= error;
        reject(error);
      };
      signal.addEventListener('abort', () => fail(signal.reason as Fault), { once: true });
      // It can come after the answer has begun too, and then says better what is wrong than the answer's own.
      request.on('error', fail);
      request.once('response', resolve);
      let interim = 0;
      request.on('information', () => {
        interim += 1;
        if (interim > MOST_INTERIM_ANSWERS) fail(tooManyInterimAnswers());
      });
      request.once('upgrade', (_response, socket) => {
        socket.destroy();
        fail(unwantedUpgrade());
      });
    });
    request.end(body);
  }

  /** Whether it failed for the connection alone, which had been in use before. */
  get wasStale(): boolean {
    return this.#request.reusedSocket && !this.#answering && !this.#signal.aborted;
  }

  async reply(bytes: number): Promise<Reply> {
    try {
      const response = await this.#response;
      this.#answering = true;
      const status = response.statusCode ?? 0;
      const headers = joinHeaders(response.rawHeaders);
      return { status, headers, body: await this.#body(response, headers, bytes) };
    } catch (error) {
      this.#request.destroy();
      this.#signal.throwIfAborted();
      throw faultOf(this.#error ?? (error as Error), this.#answering);
    }
  }

  async #body(
    response: IncomingMessage,
    headers: ReadonlyMap<string, string>,
    bytes: number,
  ): Promise<Uint8Array> {
    const { statusCode } = response;
    if (this.#bodiless || statusCode === 204 || statusCode === 304) {
      response.resume();
      return new Uint8Array();
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    const collector = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        size += chunk.length;
        chunks.push(chunk);
        done(size > bytes ? tooLarge(bytes) : null);
      },
    });
    const decoders = decodersFor(headers.get('content-encoding'));
    await pipeline([response, ...decoders, collector], { signal: this.#signal });
    return Buffer.concat(chunks, size);
  }
}

function tooManyInterimAnswers(): Fault {
  return new Fault(
    'bad-http',
    `more than ${MOST_INTERIM_ANSWERS} interim answers (1xx) came, and none that counts`,
  );
}

function unwantedUpgrade(): Fault {
  return new Fault('bad-http', 'it answered 101 (Switching Protocols), which nothing had asked for');
}

function tooLarge(bytes: number): Fault {
  const message = `the answer has more than ${bytes} bytes once decoded; --max-bytes (in code \`bytes\`) allows more`;
  return new Fault('too-large', message);
}

function joinHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
