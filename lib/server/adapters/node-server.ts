import { createServer as createHttpServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { refuseUnknown } from '../../resource/declaration/findings.js';
import { closeLingering, isRefused, limitLingering, LINGER, refuseMore } from './lingering-close.js';
import { PROBLEM_MEDIA_TYPE, ProblemError } from '../../http/problem.js';
import type { ProblemName } from '../../http/problem.js';
import { MAX_TARGET_LENGTH } from '../http-message.js';
import type { HttpResponse } from '../http-message.js';

const known = new WeakMap<Server, Connections>();
const leaving = new WeakSet<Socket>();

/** Whether the server of a connection is being stopped. */
export function isLeaving(socket: Socket): boolean {
  return leaving.has(socket);
}

/** The open connections of one server, and what is being answered on each. */
export class Connections {
  /** The last response that was begun on each connection; those before it are sent first. */
  readonly #responses = new Map<Socket, ServerResponse | undefined>();
  /** When a response was first seen to have been sent before its request had come whole. */
  readonly #early = new WeakMap<ServerResponse, number>();
  #leaving = false;

  /** Those of a server, from now on where they are asked for the first time. */
  static of(server: Server): Connections {
    const before = known.get(server);
    if (before !== undefined) return before;
    const connections = new Connections(server);
    server.prependListener('request', (req: IncomingMessage, res: ServerResponse) =>
      connections.answer(req, res),
    );
    return connections;
  }

  /** Those of a server whose one listener tells each request to {@link answer}: two listeners cost more than one. */
  static toldOf(server: Server): Connections {
    return new Connections(server);
  }

  private constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#responses.set(socket, undefined);
      socket.once('close', () => this.#responses.delete(socket));
      if (this.#leaving) leaving.add(socket);
    });
    known.set(server, this);
  }

  /**
   * Notes that a request is about to be answered.
   *
   * @returns whether it may be: nothing that comes after a request whose answer closes the connection is carried out
   * @see RFC 9112, section 9.6
   */
  answer({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const before = this.#responses.get(socket);
    if (before !== undefined && (!before.shouldKeepAlive || !before.writableFinished) && closes(before)) {
      return false;
    }
    this.#responses.set(socket, response);
    if (!this.#leaving) return true;
    leaving.add(socket);
    response.shouldKeepAlive = false;
    return true;
  }

  /** The response that is not yet sent to its end, if there is one. */
  answering(socket: Socket): ServerResponse | undefined {
    const response = this.#responses.get(socket);
    return response === undefined || response.writableFinished ? undefined : response;
  }

  /** Whether the last request was answered before it had come whole. */
  answeredEarly(socket: Socket): boolean {
    const response = this.#responses.get(socket);
    return response !== undefined && response.writableFinished && !response.req.complete;
  }

  /** Whether the last response that was begun says that it is the final one. */
  isFinal(socket: Socket): boolean {
    const response = this.#responses.get(socket);
    return response !== undefined && saysClose(response);
  }

  /**
   * Closes the connections whose last request was answered, and is still coming, so many milliseconds after this was
   * first seen here: a look at all of them now and then costs less than one at each answer.
   */
  closeEarly(limit: number): void {
    const now = performance.now();
    for (const [socket, response] of this.#responses) {
      if (response === undefined || !this.answeredEarly(socket)) continue;
      const since = this.#early.get(response);
      if (since === undefined) this.#early.set(response, now);
      if (now - (since ?? now) >= limit) socket.destroy();
    }
  }

  /** From now on every answer closes its connection, where its header can still say so. */
  leave(): void {
    this.#leaving = true;
    for (const [socket, response] of this.#responses) {
      leaving.add(socket);
      if (response !== undefined && !response.headersSent) response.shouldKeepAlive = false;
    }
  }

  /** Closes the connections on which nothing ever came, such as browsers open in advance: Node waits for them. */
  closeSilent(): void {
    for (const socket of this.#responses.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}

/** Whether a response ends its connection, as far as that is known yet. */
function closes(response: ServerResponse): boolean {
  if (!response.shouldKeepAlive) return true;
  // Of what is sent to its end, Node has closed the connection already.
  return !response.writableFinished && saysClose(response);
}

function saysClose(response: ServerResponse): boolean {
  return !response.shouldKeepAlive || /\bclose\b/i.test(String(response.getHeader('connection') ?? ''));
}

/** What Node's parser says of bytes that it cannot read. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** A packet that opens with a request line of which the target alone is too long. */
const LONG_LINE = new RegExp(`^[A-Z]+ [^\\r\\n]{${MAX_TARGET_LENGTH}}`);

/** The problem that such an error is answered with. */
export function problemOf({ code, rawPacket }: ParserError): ProblemName {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'bad-request';
  // The request line comes first: one that is too long by itself is the target's fault, not the fields'.
  return LONG_LINE.test(rawPacket?.toString('latin1') ?? '') ? 'uri-too-long' : 'headers-too-large';
}

/** The answer to a request that is refused before Koa sees it. */
export function answerTo(name: ProblemName): HttpResponse & { readonly body: string } {
  const problem = new ProblemError(name);
  return {
    status: problem.status,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE, 'Cache-Control': 'no-store' },
    body: JSON.stringify(problem.toDocument('')),
  };
}

/** Sends a problem without Node's help, which has none for what it could not parse, and ends the connection. */
export function sendBare(socket: Socket, name: ProblemName): void {
  const { status, headers, body } = answerTo(name);
  const fields = {
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** How long clients may take, in milliseconds; 0 is no limit. */
export interface ServerOptions {
  /** For a request until its header is whole; then 408. Default 10,000, or `requestTimeout` if that is shorter. */
  readonly headersTimeout?: number | undefined;
  /** For a request until its body is whole; then 408. Default 60,000. */
  readonly requestTimeout?: number | undefined;
  /** For taking any more of an answer that is there to be read; then the connection is closed. Default 60,000. */
  readonly stallTimeout?: number | undefined;
  /** For the next request on a connection; then it is closed. Default 5,000. */
  readonly keepAliveTimeout?: number | undefined;
  /**
   * For reading an answer that came before the request had come whole; then the connection is closed, whatever
   * the client does. Default 2,000; here 0 is at once.
   */
  readonly lingerTimeout?: number | undefined;
}

/** A Koa application, whatever it says of its states and contexts. */
export interface Application {
  callback(): (req: IncomingMessage, res: ServerResponse) => unknown;
}

const OPTIONS: readonly (keyof ServerOptions)[] = [
  'headersTimeout',
  'requestTimeout',
  'stallTimeout',
  'keepAliveTimeout',
  'lingerTimeout',
];

/** Most bytes of a request's line and header fields together. */
const MOST_HEADER_BYTES = 16 * 1024;

/** How often the limits of requests are looked at, in milliseconds, and by what part of them at least. */
const CHECKING_INTERVAL = 1000;
const CHECKS_WITHIN_LIMIT = 4;

/**
 * An HTTP server for a Koa application, or a listener of `node:http`, that answers with problem documents even
 * where that never gets to see the request: what the parser refuses, fields that are too large, expectations that cannot be met,
 * requests that take too long to arrive.
 *
 * @throws {TypeError} where `app` is neither of them, or an option is unknown
 * @throws {RangeError} where `headersTimeout` is longer than `requestTimeout`
 */
export function createServer(app: Application | RequestListener, options: ServerOptions = {}): Server {
  refuseUnknown('createServer()', options, OPTIONS);
  const { requestTimeout = 60_000, stallTimeout = 60_000, keepAliveTimeout = 5000 } = options;
  const { lingerTimeout = LINGER } = options;
  const { headersTimeout = Math.min(10_000, requestTimeout || Infinity) } = options;
  const shortest = Math.min(headersTimeout || Infinity, requestTimeout || Infinity);
  const handle = typeof app === 'function' ? app : listenerFor(app);
  const server = createHttpServer(
    {
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      connectionsCheckingInterval: Math.min(CHECKING_INTERVAL, Math.ceil(shortest / CHECKS_WITHIN_LIMIT)),
      // Node would answer by a bare 400.
      requireHostHeader: false,
    },
    (req, res) => {
      if (!connections.answer(req, res)) return;
      if (req.headers.host === undefined && req.httpVersion === '1.1') refuse(res, 'bad-host');
      else handle(req, res);
    },
  );
  // Past Node's own limit, fields are dropped in silence; the ladder counts them and says so.
  server.maxHeadersCount = 0;
  const connections = Connections.toldOf(server);
  server.on('connection', (socket: Socket) => {
    limitLingering(socket, lingerTimeout);
    const destroySoon = socket.destroySoon.bind(socket);
    // Node calls this where the answer says that the connection closes, and would close it on what still comes.
    socket.destroySoon = () => {
      if (connections.answeredEarly(socket)) closeLingering(socket);
      else destroySoon();
    };
  });
  server.on('listening', () => {
    const often = Math.max(10, lingerTimeout / CHECKS_WITHIN_LIMIT);
    const checking = setInterval(() => connections.closeEarly(lingerTimeout), often).unref();
    server.once('close', () => clearInterval(checking));
  });
  server.setTimeout(stallTimeout, (socket: Socket) => {
    // Who waits for an answer that is not there yet is not to blame for the silence.
    if (connections.answering(socket) === undefined || socket.writableLength > 0) socket.destroy();
  });
  server.on('clientError', (error: ParserError, socket) => refuseBytes(connections, error, socket as Socket));
  // Without a listener, Node closes the connection in silence.
  server.on('connect', (_: IncomingMessage, socket: Socket) => {
    // What cannot be sent any more is of no interest.
    socket.on('error', () => undefined);
    if (socket.writable) sendBare(socket, 'not-implemented');
    closeLingering(socket);
  });
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    if (connections.answer(req, res)) refuse(res, 'expectation-failed');
  });
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    continueOnceRead(req, res);
    server.emit('request', req, res);
  });
  return server;
}

function refuse(res: ServerResponse, name: 'bad-host' | 'expectation-failed'): void {
  const { status, headers, body } = answerTo(name);
  res.shouldKeepAlive = false;
  res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

/**
 * Asks for a body when somebody begins to read it, so that a request which is refused for its header alone is
 * answered without it. Whether the body follows after such an answer cannot be known: the connection closes.
 *
 * @see RFC 9110, section 10.1.1
 */
function continueOnceRead(req: IncomingMessage, res: ServerResponse): void {
  const { shouldKeepAlive } = res;
  res.shouldKeepAlive = false;
  const onListener = (event: string | symbol) => {
    if (event !== 'data' && event !== 'readable') return;
    req.off('newListener', onListener);
    if (res.headersSent) return;
    res.shouldKeepAlive = shouldKeepAlive && !isLeaving(req.socket);
    res.writeContinue();
  };
  req.on('newListener', onListener);
}

/** What the parser could not read is answered on the bare socket, which then is closed. */
function refuseBytes(connections: Connections, error: ParserError, socket: Socket): void {
  // What comes to an end meanwhile, or at the wrong place, is of no interest any more.
  if (isRefused(socket)) return;
  const pending = connections.answering(socket);
  if (pending?.req.complete === true && socket.writable) {
    // What could not be read came after this request, and is answered after it.
    refuseMore(socket);
    // Read on now, it would pass for a client that takes what is sent.
    socket.pause();
    pending.prependOnceListener('finish', () => (socket.destroySoon = () => closeLingering(socket)));
    pending.once('finish', () => answerBytes(error, socket));
    return;
  }
  const answered = pending?.headersSent === true || connections.answeredEarly(socket);
  if (pending === undefined && !answered && error.code !== 'ECONNRESET' && connections.isFinal(socket)) {
    // Nothing follows the final response (RFC 9112, section 9.6), which may not even have been handed on yet.
    socket.destroySoon = () => closeLingering(socket);
    closeLingering(socket);
  } else if (!socket.writable || answered || error.code === 'ECONNRESET') socket.destroy();
  else answerBytes(error, socket);
}

function answerBytes(error: ParserError, socket: Socket): void {
  if (socket.writable) sendBare(socket, problemOf(error));
  closeLingering(socket);
}

function listenerFor(app: Application): RequestListener {
  const { callback: make } = Object(app) as Partial<Application>;
  if (typeof make !== 'function') {
    throw new TypeError('createServer() takes no such thing: pass api.listener(), or a Koa application');
  }
  const callback = app.callback();
  return (req, res) => void callback(req, res);
}

export interface DrainOptions {
  /**
   * How long the server goes on taking requests, in milliseconds, while `/health/ready` says that it is
   * stopping: time for load balancers to notice. Default 0.
   */
  readonly grace?: number | undefined;
}

/** How often connections that have fallen idle are looked for, in milliseconds. */
const IDLE_CHECK = 20;

/**
 * Stops a server without cutting an answer short: readiness turns 503, answers tell clients to close their
 * connections, and after the grace period the server takes no more connections, answers what is in
 * flight, and closes connections as they fall idle.
 *
 * @param limit - how long that may take once the grace period is over, in milliseconds; what is still open
 *   then is closed
 * @returns how many connections were closed at the limit, in the middle of a request
 */
export async function drain(
  server: Server,
  limit: number,
  { grace = 0 }: DrainOptions = {},
): Promise<number> {
  const connections = Connections.of(server);
  connections.leave();
  if (grace > 0) await sleep(grace);

  let cut = 0;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.closeSilent();
  // A connection whose answer had begun before falls idle later, and would stay open for another request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  const late = setTimeout(() => {
    server.getConnections((_, count) => {
      cut = count;
      server.closeAllConnections();
    });
  }, limit);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  return cut;
}
