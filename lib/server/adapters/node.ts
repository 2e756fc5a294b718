import { createServer as createHttpServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse, RequestListener, Server } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError, PROBLEM_MEDIA_TYPE } from '../../http/problem.js';
import type { ProblemName } from '../../http/problem.js';
import { refuseUnknown } from '../../declaration/declaration-findings.js';
import { isThenable } from '../../resource/entity-record.js';
import type { ApiContext } from '../api-context.js';
import { toErrorResponse } from '../error-response.js';
import { handleRequest } from '../handle-request.js';
import { MAX_TARGET_LENGTH } from '../http-message.js';
import type { HttpRequest, HttpResponse } from '../http-message.js';
import { keepFromCaches, setFields } from './response-fields.js';
import {
  closeAfterEarlyResponse,
  discardInput,
  isDiscarding,
  LINGER_MS,
  setLingerTimeout,
  startLingeringClose,
} from './lingering-close.js';
import { originForm, splitTarget, standingOf } from './mount.js';
import type { Mounted } from './mount.js';

/** Options of `api.listener()`. */
export interface ListenerOptions {
  /**
   * Gives what is known of a request, such as its user: the guard, `caller` and resource classes find it as `state`.
   * Default: nothing is known.
   */
  readonly state?: ((req: IncomingMessage) => Readonly<Record<string, unknown>>) | undefined;
  /** Takes what failed on the server's side. Default: `console.error`. */
  readonly onError?: ((error: Error, req: IncomingMessage) => void) | undefined;
}

/**
 * Takes a request of `node:http`, or of `node:http2` by its compatibility API, and answers it.
 *
 * @example
 * ```ts
 * import { createServer, shoji } from 'koa-shoji';
 * import type { ApiListener, CatalogClass } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const listener: ApiListener = shoji([Books]).listener({
 *   state: ({ headers }) => ({ user: headers['x-user'] }),
 * });
 * createServer(listener).listen(8080);
 * ```
 */
export type ApiListener = (
  req: IncomingMessage | Http2ServerRequest,
  res: ServerResponse | Http2ServerResponse,
) => void;

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * The API as a listener of a server of `node:http`: what it answers is the same as by `routes()`, but nothing
 * stands between, and nothing else is served beside it.
 *
 * @throws {TypeError} where an option is unknown
 */
export function listenerOf(api: ApiContext, options: ListenerOptions = {}): ApiListener {
  refuseUnknown('api.listener()', options, ['state', 'onError']);
  const { state = () => NOTHING, onError = (error) => console.error(error) } = options;
  const fail = (http: Connection, mount: string, error: unknown): void => {
    const { response, log } = toErrorResponse(error, api, mount);
    if (log !== undefined) onError(log, http.req);
    send(http, api, response, onError);
  };
  const finish = (http: HttpRequest, response: HttpResponse | undefined): void => {
    if (response === undefined) fail(http, http.mount, new ProblemError('not-found'));
    else send(http, api, response, onError);
  };
  return (given, sent) => {
    // As far as is needed here, and by what is told of a request, the two are the same.
    const req = given as IncomingMessage;
    const res = sent as ServerResponse;
    const { path, query, mount } = targetOf(req);
    const method = req.method ?? 'GET';
    try {
      const http: HttpRequest = { req, res, method, path, query, mount, state: state(req) };
      const response = handleRequest(api, http);
      if (!isThenable(response)) finish(http, response);
      else {
        response.then(
          (known) => finish(http, known),
          (error: unknown) => fail(http, mount, error),
        );
      }
    } catch (error) {
      fail({ req, res, method }, mount, error);
    }
  };
}

/** A target that is a path and nothing else. */
const PLAIN_TARGET = /^\/[^?#]*$/;

function targetOf(req: IncomingMessage): Pick<HttpRequest, 'path' | 'query' | 'mount'> {
  const { url = '/', originalUrl, baseUrl } = req as IncomingMessage & Mounted;
  // Where nothing has shortened the target, the API stands at the root.
  const isWhole = originalUrl === undefined || originalUrl === url;
  if (isWhole && PLAIN_TARGET.test(url)) return { path: url, query: '', mount: '' };
  const { path, query } = splitTarget(originForm(url));
  if (isWhole) return { path, query, mount: '' };
  return { ...standingOf(splitTarget(originForm(originalUrl)).path, path, baseUrl), query };
}

/** The part of a request that it is answered by. */
type Connection = Pick<HttpRequest, 'req' | 'res' | 'method'>;

function send(
  { req, res, method }: Connection,
  api: ApiContext,
  { status, headers, body }: HttpResponse,
  onError: (error: Error, req: IncomingMessage) => void,
): void {
  // Without a call for a plain GET, whose body nothing waits for.
  if (
    !req.complete &&
    ((status >= 400 && req.method !== 'GET') ||
      req.headers['content-length'] !== undefined ||
      req.headers['transfer-encoding'] !== undefined)
  ) {
    closeAfterEarlyResponse(req, res, status);
  }
  const isBodiless = status === 204 || status === 304;
  const isKeptFromCaches = status >= 300 && status !== 304;
  // What earlier middleware has set would be lost by `writeHead`; and one of its own, such as compression has, may
  // read no lists.
  if (isKeptFromCaches || res.getHeaderNames().length > 0 || Object.hasOwn(res, 'writeHead')) {
    setFields(res, headers);
    if (isKeptFromCaches) keepFromCaches(api, res);
    // No answer has both, and none without a body has either (RFC 9112, section 6.2).
    res.removeHeader('transfer-encoding');
    if (typeof body === 'object' || isBodiless) res.removeHeader('content-length');
    else res.setHeader('content-length', Buffer.byteLength(body ?? ''));
    res.writeHead(status);
  } else if (typeof body === 'object' || isBodiless) res.writeHead(status, headers);
  // Node would count the bytes only for what it sends, which of HEAD is nothing.
  else res.writeHead(status, fieldsOf(headers, Buffer.byteLength(body ?? '')));

  if (typeof body !== 'object') res.end(method === 'HEAD' ? undefined : body);
  else {
    if (method === 'HEAD') {
      body.destroy();
      res.end();
    } else {
      // What breaks in the middle destroys the response too, so that no part of it looks like the whole.
      pipeline(body, res, (error) => {
        if (error && !isGone(res, error)) onError(error, req);
      });
    }
  }
}

/** Header fields with the length of the body, as a list that Node reads without another object for each answer. */
function fieldsOf(headers: HttpResponse['headers'], length: number): string[] {
  const fields: string[] = [];
  for (const name in headers) fields.push(name, headers[name] as string);
  fields.push('content-length', String(length));
  return fields;
}

/** Whether it was the client that ended the answer. */
function isGone({ req }: ServerResponse, error: NodeJS.ErrnoException): boolean {
  const socket = req.socket as Socket | undefined;
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' && socket?.destroyed !== false;
}

// ---- The server

/** Options of {@link createServer}: how long clients may take, in milliseconds; 0 is no limit. */
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
const MAX_HEADER_BYTES = 16 * 1024;

/** How often the limits of requests are looked at, in milliseconds, and by what part of them at least. */
const CHECK_INTERVAL_MS = 1000;
const CHECKS_WITHIN_LIMIT = 4;

/**
 * An HTTP server for a Koa application, or a listener of `node:http`, that answers with problem documents even
 * where that never gets to see the request: what the parser refuses, fields that are too large, expectations that
 * cannot be met, requests that take too long to arrive.
 *
 * @throws {TypeError} where `app` is neither of them, or an option is unknown
 * @throws {RangeError} where `headersTimeout` is longer than `requestTimeout`
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { createServer, shoji } from 'koa-shoji';
 * import type { CatalogClass } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const app = new Koa().use(shoji([Books]).routes());
 * createServer(app, { requestTimeout: 30_000 }).listen(8080);
 * ```
 */
export function createServer(app: Application | RequestListener, options: ServerOptions = {}): Server {
  refuseUnknown('createServer()', options, OPTIONS);
  const { requestTimeout = 60_000, stallTimeout = 60_000, keepAliveTimeout = 5000 } = options;
  const { lingerTimeout = LINGER_MS } = options;
  const { headersTimeout = Math.min(10_000, requestTimeout || Infinity) } = options;
  const shortest = Math.min(headersTimeout || Infinity, requestTimeout || Infinity);
  const handle = typeof app === 'function' ? app : listenerFor(app);
  const server = createHttpServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, Math.ceil(shortest / CHECKS_WITHIN_LIMIT)),
      // Node would answer by a bare 400.
      requireHostHeader: false,
    },
    (req, res) => {
      if (!connections.begin(req, res)) return;
      if (req.headers.host === undefined && req.httpVersion === '1.1') refuse(res, 'bad-host');
      else handle(req, res);
    },
  );
  // Past Node's own limit, fields are dropped in silence; handleRequest() counts them and says so.
  server.maxHeadersCount = 0;
  const connections = Connections.reported(server);
  server.on('connection', (socket: Socket) => {
    setLingerTimeout(socket, lingerTimeout);
    const destroySoon = socket.destroySoon.bind(socket);
    // Node calls this where the answer says that the connection closes, and would close it on what still comes.
    socket.destroySoon = () => {
      if (connections.answeredEarly(socket)) startLingeringClose(socket);
      else destroySoon();
    };
  });
  server.on('listening', () => {
    const often = Math.max(10, lingerTimeout / CHECKS_WITHIN_LIMIT);
    const checking = setInterval(() => connections.closeAnsweredEarly(lingerTimeout), often).unref();
    server.once('close', () => clearInterval(checking));
  });
  server.setTimeout(stallTimeout, (socket: Socket) => {
    // A client that waits for an answer that is not there yet is not to blame for the silence.
    if (connections.pendingResponse(socket) === undefined || socket.writableLength > 0) socket.destroy();
  });
  server.on('clientError', (error: ParserError, socket) =>
    refuseUnreadable(connections, error, socket as Socket),
  );
  // Without a listener, Node closes the connection in silence.
  server.on('connect', (_: IncomingMessage, socket: Socket) => {
    // What cannot be sent any more is of no interest.
    socket.on('error', () => undefined);
    if (socket.writable) sendProblem(socket, 'not-implemented');
    startLingeringClose(socket);
  });
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    if (connections.begin(req, res)) refuse(res, 'expectation-failed');
  });
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    continueOnceRead(req, res);
    server.emit('request', req, res);
  });
  return server;
}

/** Options of {@link drain}. */
export interface DrainOptions {
  /**
   * How long the server goes on taking requests, in milliseconds, while `/health/ready` says that it is
   * stopping: time for load balancers to notice. Default 0.
   */
  readonly grace?: number | undefined;
}

/** How often connections that have fallen idle are looked for. */
const IDLE_CHECK_MS = 20;

/**
 * Stops a server without cutting an answer short: readiness turns 503, answers tell clients to close their
 * connections, and after the grace period the server takes no more connections, answers what is in
 * flight, and closes connections as they fall idle.
 *
 * @param limit - how long that may take once the grace period is over, in milliseconds; what is still open
 *   then is closed
 * @returns how many connections were closed at the limit, in the middle of a request
 *
 * @example
 * ```ts
 * import { createServer, drain, shoji } from 'koa-shoji';
 * import type { CatalogClass } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const api = shoji([Books]);
 * const server = createServer(api.listener()).listen(8080);
 * process.once('SIGTERM', async () => {
 *   await drain(server, 10_000, { grace: 5000 });
 *   await api.stop();
 * });
 * ```
 */
export async function drain(
  server: Server,
  limit: number,
  { grace = 0 }: DrainOptions = {},
): Promise<number> {
  const connections = Connections.of(server);
  connections.startClosing();
  if (grace > 0) await sleep(grace);

  let cut = 0;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.closeUnused();
  // A connection whose answer had begun before falls idle later, and would stay open for another request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
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

// ---- What createServer() answers by itself

function refuse(res: ServerResponse, name: 'bad-host' | 'expectation-failed'): void {
  const { status, headers, body } = problemResponse(name);
  res.shouldKeepAlive = false;
  res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

/**
 * Asks for a body when something begins to read it, so that a request which is refused for its header alone is
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
    res.shouldKeepAlive = shouldKeepAlive && !isClosing(req.socket);
    res.writeContinue();
  };
  req.on('newListener', onListener);
}

/** Answers what the parser could not read on the bare socket, and closes it. */
function refuseUnreadable(connections: Connections, error: ParserError, socket: Socket): void {
  // What comes to an end meanwhile, or at the wrong place, is of no interest any more.
  if (isDiscarding(socket)) return;
  const pending = connections.pendingResponse(socket);
  if (pending?.req.complete === true && socket.writable) {
    // What could not be read came after this request, and is answered after it.
    discardInput(socket);
    // Read on now, it would pass for a client that takes what is sent.
    socket.pause();
    pending.prependOnceListener('finish', () => (socket.destroySoon = () => startLingeringClose(socket)));
    pending.once('finish', () => answerUnreadable(error, socket));
    return;
  }
  const answered = pending?.headersSent === true || connections.answeredEarly(socket);
  if (
    pending === undefined &&
    !answered &&
    error.code !== 'ECONNRESET' &&
    connections.hasFinalResponse(socket)
  ) {
    // Nothing follows the final response (RFC 9112, section 9.6), which may not even have been handed on yet.
    socket.destroySoon = () => startLingeringClose(socket);
    startLingeringClose(socket);
  } else if (!socket.writable || answered || error.code === 'ECONNRESET') socket.destroy();
  else answerUnreadable(error, socket);
}

function answerUnreadable(error: ParserError, socket: Socket): void {
  if (socket.writable) sendProblem(socket, problemNameOf(error));
  startLingeringClose(socket);
}

function listenerFor(app: Application): RequestListener {
  const { callback: make } = Object(app) as Partial<Application>;
  if (typeof make !== 'function') {
    throw new TypeError('createServer() takes no such thing: pass api.listener(), or a Koa application');
  }
  const callback = app.callback();
  return (req, res) => void callback(req, res);
}

/** The error of Node's parser for bytes that it cannot read. */
interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** A packet that opens with a request line of which the target alone is too long. */
const LONG_LINE = new RegExp(`^[A-Z]+ [^\\r\\n]{${MAX_TARGET_LENGTH}}`);

/** The problem that such an error is answered with. */
function problemNameOf({ code, rawPacket }: ParserError): ProblemName {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'bad-request';
  // The request line comes first: one that is too long by itself is the target's fault, not the fields'.
  return LONG_LINE.test(rawPacket?.toString('latin1') ?? '') ? 'uri-too-long' : 'headers-too-large';
}

/** The response to a request that is refused before the application sees it. */
function problemResponse(name: ProblemName): HttpResponse & { readonly body: string } {
  const problem = new ProblemError(name);
  return {
    status: problem.status,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE, 'Cache-Control': 'no-store' },
    body: JSON.stringify(problem.toDocument('')),
  };
}

/** Sends a problem without Node's help, which has none for what it could not parse, and ends the connection. */
function sendProblem(socket: Socket, name: ProblemName): void {
  const { status, headers, body } = problemResponse(name);
  const fields = {
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

// ---- The connections of a server

const byServer = new WeakMap<Server, Connections>();
const closing = new WeakSet<Socket>();

/** Whether the server of a connection is being stopped. */
export function isClosing(socket: Socket): boolean {
  return closing.has(socket);
}

/** The open connections of one server, and what is being answered on each. */
class Connections {
  /** The last response that was begun on each connection; those before it are sent first. */
  readonly #responses = new Map<Socket, ServerResponse | undefined>();
  /** When a response was first seen to have been sent before its request had come whole. */
  readonly #early = new WeakMap<ServerResponse, number>();
  #isClosing = false;

  /** The connections of a server; they are watched from now on, unless they are already. */
  static of(server: Server): Connections {
    const before = byServer.get(server);
    if (before !== undefined) return before;
    const connections = new Connections(server);
    server.prependListener('request', (req: IncomingMessage, res: ServerResponse) =>
      connections.begin(req, res),
    );
    return connections;
  }

  /** For a server whose own listener calls {@link begin} for each request: two listeners cost more than one. */
  static reported(server: Server): Connections {
    return new Connections(server);
  }

  private constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#responses.set(socket, undefined);
      socket.once('close', () => this.#responses.delete(socket));
      if (this.#isClosing) closing.add(socket);
    });
    byServer.set(server, this);
  }

  /**
   * Notes that a request is about to be answered.
   *
   * @returns whether it may be: nothing that comes after a request whose answer closes the connection is carried out
   * @see RFC 9112, section 9.6
   */
  begin({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const before = this.#responses.get(socket);
    if (before !== undefined && (!before.shouldKeepAlive || !before.writableFinished) && closes(before)) {
      return false;
    }
    this.#responses.set(socket, response);
    if (!this.#isClosing) return true;
    closing.add(socket);
    response.shouldKeepAlive = false;
    return true;
  }

  /** The response that is not yet sent to its end, if there is one. */
  pendingResponse(socket: Socket): ServerResponse | undefined {
    const response = this.#responses.get(socket);
    return response === undefined || response.writableFinished ? undefined : response;
  }

  /** Whether the last request was answered before it had come whole. */
  answeredEarly(socket: Socket): boolean {
    const response = this.#responses.get(socket);
    return response !== undefined && response.writableFinished && !response.req.complete;
  }

  /** Whether the last response that was begun says that it is the final one. */
  hasFinalResponse(socket: Socket): boolean {
    const response = this.#responses.get(socket);
    return response !== undefined && saysClose(response);
  }

  /**
   * Closes the connections whose last request was answered, and is still coming, so many milliseconds after this was
   * first seen here: a look at all of them now and then costs less than one at each answer.
   */
  closeAnsweredEarly(limit: number): void {
    const now = performance.now();
    for (const [socket, response] of this.#responses) {
      if (response === undefined || !this.answeredEarly(socket)) continue;
      const since = this.#early.get(response);
      if (since === undefined) this.#early.set(response, now);
      if (now - (since ?? now) >= limit) socket.destroy();
    }
  }

  /** From now on every answer closes its connection, where its header can still say so. */
  startClosing(): void {
    this.#isClosing = true;
    for (const [socket, response] of this.#responses) {
      closing.add(socket);
      if (response !== undefined && !response.headersSent) response.shouldKeepAlive = false;
    }
  }

  /** Closes the connections on which nothing ever came, such as browsers open in advance: Node waits for them. */
  closeUnused(): void {
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
