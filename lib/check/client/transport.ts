import * as http from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { type Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { AddressGuard } from './address-guard.js';
import type { Target } from './fetch-target.js';
import { FetchError } from './fetch.js';

/** A request as it is sent. */
export interface HttpMessage {
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A response as it came. */
export interface HttpReply {
  readonly status: number;
  /** By lower-case name; fields of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly body: Uint8Array;
}

/** Sends messages, one response each, over connections that the guard allows. */
export class Transport {
  readonly #guard: AddressGuard;
  readonly #bytes: number;
  readonly #agent: http.Agent = new http.Agent({ keepAlive: true });
  readonly #secureAgent: https.Agent = new https.Agent({ keepAlive: true });
  #sent = 0;

  /** @param bytes - most that the decoded body of an answer may have */
  constructor(guard: AddressGuard, bytes: number) {
    this.#guard = guard;
    this.#bytes = bytes;
  }

  /** How many messages went out. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * @param signal - ends the exchange; its reason is a {@link FetchError}
   * @throws {FetchError} where no whole response came
   */
  async send(target: Target, message: HttpMessage, signal: AbortSignal): Promise<HttpReply> {
    // A server may close a connection that was kept just as it is used again. What is safe is sent once more
    // then; anything else gets a connection of its own from the start. RFC 9112, section 9.3.1.
    const pooled = SAFE.has(message.method);
    const exchange = new HttpExchange(this.#request(target, message, pooled), message, signal);
    try {
      return await exchange.receive(this.#bytes);
    } catch (error) {
      if (!exchange.wasStale) throw error;
      return await new HttpExchange(this.#request(target, message, false), message, signal).receive(
        this.#bytes,
      );
    }
  }

  /** Closes connections that are kept. */
  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  #request(target: Target, message: HttpMessage, pooled: boolean): http.ClientRequest {
    this.#guard.checkLiteral(target);
    const { request } = target.secure ? https : http;
    const agent = target.secure ? this.#secureAgent : this.#agent;
    return request({
      agent: pooled && agent,
      hostname: target.host,
      port: target.port,
      path: target.path,
      method: message.method,
      headers: message.headers,
      lookup: this.#guard.lookupFor(target),
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: false,
    }).once('finish', () => (this.#sent += 1));
  }
}

/** Methods that may be sent again without doing anything twice. RFC 9110, section 9.2.1. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Most bytes that the header of a response may have. */
const MAX_HEADER_BYTES: number = 16 * 1024;

/** One message on its way, and the response to it. */
class HttpExchange {
  readonly #request: ClientRequest;
  readonly #signal: AbortSignal;
  readonly #bodiless: boolean;
  readonly #response: Promise<IncomingMessage>;
  #answering = false;
  #error: Error | undefined;

  constructor(request: ClientRequest, { method, body }: HttpMessage, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#bodiless = method === 'HEAD';
    this.#response = new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.#error ??= error;
        reject(error);
      };
      signal.addEventListener('abort', () => fail(signal.reason as FetchError), { once: true });
      // It can come after the answer has begun too, and then says better what is wrong than the answer's own.
      request.on('error', fail);
      request.once('response', resolve);
      let interim = 0;
      request.on('information', () => {
        interim += 1;
        if (interim > MAX_INTERIM_RESPONSES) fail(tooManyInterimAnswers());
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

  async receive(bytes: number): Promise<HttpReply> {
    try {
      const response = await this.#response;
      this.#answering = true;
      const status = response.statusCode ?? 0;
      const headers = joinHeaders(response.rawHeaders);
      return { status, headers, body: await this.#body(response, headers, bytes) };
    } catch (error) {
      this.#request.destroy();
      this.#signal.throwIfAborted();
      throw toFetchError(this.#error ?? (error as Error), this.#answering);
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
    const decoders = createDecoders(headers.get('content-encoding'));
    await pipeline([response, ...decoders, collector], { signal: this.#signal });
    return Buffer.concat(chunks, size);
  }
}

/** Interim responses (1xx) that are waited through before one that counts. */
const MAX_INTERIM_RESPONSES = 16;

function tooManyInterimAnswers(): FetchError {
  return new FetchError(
    'bad-http',
    `more than ${MAX_INTERIM_RESPONSES} interim answers (1xx) came, and none that counts`,
  );
}

function unwantedUpgrade(): FetchError {
  return new FetchError('bad-http', 'it answered 101 (Switching Protocols), which nothing had asked for');
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

function tooLarge(bytes: number): FetchError {
  const message = `the answer has more than ${bytes} bytes once decoded; --max-bytes (in code \`bytes\`) allows more`;
  return new FetchError('too-large', message);
}

/**
 * Says of an error of a connection what it means.
 *
 * @param answering - whether the header of the answer had come
 */
function toFetchError(error: Error, answering: boolean): FetchError {
  if (error instanceof FetchError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const options = { cause: error };
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `the header of the answer has more than ${MAX_HEADER_BYTES} bytes; send fewer or shorter fields`;
    return new FetchError('too-large', message, options);
  }
  if (BROKEN.has(code)) {
    const when = answering ? 'in the middle of the answer' : 'before an answer came';
    return new FetchError('unreachable', `the connection was closed ${when}`, options);
  }
  if (code.startsWith('HPE_')) {
    const found = 'reason' in error ? String(error.reason) : error.message;
    return new FetchError('bad-http', `what came is no HTTP/1.1 answer: ${found}`, options);
  }
  if (isDecodingError(error)) {
    const message = `the body is not what Content-Encoding says: ${error.message}`;
    return new FetchError('bad-encoding', message, options);
  }
  const known = UNREACHABLE.get(code);
  return new FetchError('unreachable', known ?? `no connection could be made: ${textOf(error)}`, options);
}

const BROKEN: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_EOF_STATE',
]);

/** Whether an error is a decoder's: the bytes are not what Content-Encoding says, or they break off. */
function isDecodingError(error: Error): boolean {
  return 'code' in error && /^(?:Z_|ERR__ERROR_)/.test(String(error.code));
}

const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'the name of its host has no address; correct the name'],
  ['EAI_AGAIN', 'the name of its host could not be looked up; try again, or correct the name'],
  ['ECONNREFUSED', 'the connection was refused; start the server, or correct the port'],
]);

/** Where each address of a host failed in its own way, the error has no text but theirs. */
function textOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join('; ');
  return error.message;
}

/**
 * The streams that undo the codings of an answer, in the order in which bytes go through them.
 *
 * @param contentEncoding - the header's value, if it is there
 * @throws {FetchError} `bad-encoding` for a coding that is not known
 * @see RFC 9110, section 8.4
 */
function createDecoders(contentEncoding: string | undefined): Transform[] {
  const codings = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS) {
    throw new FetchError(
      'bad-encoding',
      `Content-Encoding names ${codings.length} codings, one over the other; send one of ${ACCEPT_ENCODING}, or none`,
    );
  }
  const makers = codings.map((coding) => {
    const maker = DECODERS.get(coding);
    if (maker !== undefined) return maker;
    throw new FetchError(
      'bad-encoding',
      `Content-Encoding is "${coding}", which the request did not ask for; send one of ${ACCEPT_ENCODING}, or none`,
    );
  });
  return makers.toReversed().map((maker) => maker());
}

/** More than one coding is rare already; each multiplies what few bytes can make of themselves. */
const MAX_CODINGS = 2;

/** The codings that are asked for; what is nowhere in use any more is understood and not asked for. */
export const ACCEPT_ENCODING = 'gzip, br';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * Does work that is to end within a time. The signal that the work is given is aborted by a {@link FetchError}:
 * `too-slow`, or the reason of the outer signal.
 */
export async function withinTime<Result>(
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer.throwIfAborted();
  const ending = new AbortController();
  const stop = () => ending.abort(outer.reason);
  outer.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => {
    const message = `no whole answer came within ${milliseconds} ms; --timeout (in code \`timeout\`) gives it longer`;
    ending.abort(new FetchError('too-slow', message));
  }, milliseconds);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
