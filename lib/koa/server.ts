import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { refuseUnknown } from '../resource/declaration/findings.js';
import { Connections, isLeaving } from './connections.js';
import { closeLingering, isRefused, limitLingering, LINGER, refuseMore } from './lingering.js';
import { answerTo, problemOf, sendBare } from './parser-problems.js';
import type { ParserError } from './parser-problems.js';

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
