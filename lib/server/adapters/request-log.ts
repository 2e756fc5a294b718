import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type Koa from 'koa';
import type { Context, Middleware } from 'koa';
import { randomUUID } from 'node:crypto';
import { isProbe } from './health.js';

/** Ids that are fit for header fields, logs and file names alike. */
const SAFE = /^[\w.-]{1,128}$/;

/**
 * The id of a request: the one that a proxy or the client gave it in `X-Request-Id`, so that the logs of both
 * can be brought together, or else a fresh one.
 *
 * @param given - the field's value; one that is not 1 to 128 of `A-Z a-z 0-9 . _ -` is not taken over
 */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && SAFE.test(given) ? given : randomUUID();
}

/** A logger of {@link requestLog}: one of pino is one. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger that writes these fields with every line. */
  child(fields: Record<string, unknown>): Logger;
}

/** Tells the middleware from others, also where the package is installed twice. */
const MARK = Symbol.for('koa-shoji.request-log');

/** Most names of query variables that a line shows. */
const MAX_NAMES = 20;

/**
 * Middleware that writes one line for each request once it is answered, or its client has gone away. Use it
 * before all other middleware.
 *
 * Each request has an id: the safe one that it came with in `X-Request-Id`, or a new one. It is in the answer's
 * `X-Request-Id`, in `ctx.state.requestId` and in every line that `ctx.state.log` writes, a logger for this
 * request. Errors that the application emits (Koa's `error` event) are written with their stack and the id
 * of their request, in place of Koa's own listener.
 *
 * A line has `requestId`, `method`, `path`, `query` (the names of its variables, where there are any),
 * `status` (absent where no answer was begun), `duration` in milliseconds, `bytes` (all that was sent for
 * the answer, header included; absent for HTTP/2, whose answers share a connection) and, where the client did not get
 * all of it, `aborted`. Values of the query and header fields are never written: they may be secrets. What the server failed at is an error, probes of
 * {@link health} are debugging, all else is information.
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { pino } from 'pino';
 * import { requestLog, shoji } from 'koa-shoji';
 * import type { CatalogClass } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const app = new Koa().use(requestLog(pino())).use(shoji([Books]).routes());
 * ```
 */
export function requestLog(logger: Logger): Middleware {
  const applications = new WeakSet<Koa>();
  const middleware: Middleware = (ctx, next) => {
    if (!applications.has(ctx.app)) {
      applications.add(ctx.app);
      logErrorsOf(ctx.app, logger);
    }
    const id = requestIdOf(ctx.req.headers['x-request-id'] as string | undefined);
    const log = logger.child({ requestId: id });
    ctx.state['requestId'] = id;
    ctx.state['log'] = log;
    ctx.res.setHeader('X-Request-Id', id);
    logAtEnd(ctx, log);
    return next().catch((error: unknown) => {
      throw withField(error, id);
    });
  };
  return Object.assign(middleware, { [MARK]: true });
}

/** Whether {@link requestLog} made the middleware. */
export function isRequestLog(middleware: Middleware): boolean {
  return MARK in middleware;
}

function logAtEnd({ req, res, path, querystring }: Context, log: Logger): void {
  const { method } = req;
  // Streams of HTTP/2 share their connection, and what was injected has none: no bytes are one answer's own.
  const socket = req.httpVersionMajor >= 2 ? undefined : (req.socket as Socket | undefined);
  const started = performance.now();
  const sentBefore = socket?.bytesWritten;
  res.once('close', () => {
    const aborted = !res.writableFinished;
    const line = {
      method,
      path,
      ...(querystring !== '' && { query: namesIn(querystring) }),
      ...(res.headersSent && { status: res.statusCode }),
      duration: Math.round((performance.now() - started) * 1000) / 1000,
      ...(socket !== undefined && sentBefore !== undefined && { bytes: socket.bytesWritten - sentBefore }),
      ...(aborted && { aborted }),
    };
    const message = aborted ? 'aborted' : 'answered';
    // An unknown method is the client's fault, for all that its status begins with 5.
    if (res.headersSent && res.statusCode >= 500 && res.statusCode !== 501) log.error(line, message);
    else if (isProbe(req)) log.debug(line, message);
    else log.info(line, message);
  });
}

/** Names only: what has no `=` may be a value by itself. */
function namesIn(query: string): readonly string[] {
  const pairs = query.split('&').filter((pair) => pair.includes('='));
  return [...new Set(pairs.map((pair) => pair.slice(0, pair.indexOf('='))))].slice(0, MAX_NAMES);
}

function logErrorsOf(app: Koa, logger: Logger): void {
  // It would print the stack a second time, as plain text.
  // oxlint-disable-next-line typescript/unbound-method -- Koa adds this very function
  app.off('error', app.onerror);
  app.on('error', (error: unknown, ctx?: Context) => {
    if (ctx !== undefined && (isForClient(error) || hasLeft(error, ctx))) return;
    const log = (ctx?.state['log'] as Logger | undefined) ?? logger;
    log.error({ err: error }, 'failed');
  });
}

/** As Koa has it: what is shown to the client is the client's own fault. */
function isForClient(error: unknown): boolean {
  const { status, expose } = error as { readonly status?: unknown; readonly expose?: unknown };
  return status === 404 || expose === true;
}

/** A client that goes away in the middle is no error, and its line says so. */
function hasLeft(error: unknown, { req, res }: Context): boolean {
  if (res.writableFinished) return false;
  const { code } = error as NodeJS.ErrnoException;
  const socket = req.socket as Socket | undefined;
  return (
    (error !== undefined && error === socket?.errored) ||
    ((res.destroyed || socket?.destroyed === true) && code === 'ERR_STREAM_PREMATURE_CLOSE')
  );
}

/** For an error Koa drops all fields of the answer but those that the error itself asks for. */
function withField(error: unknown, id: string): unknown {
  if (!(error instanceof Error) || !Object.isExtensible(error)) return error;
  const { headers } = error as { headers?: object };
  return Object.assign(error, { headers: { ...headers, 'X-Request-Id': id } });
}
