import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { ProblemError } from '../../http/problem.js';
import { refuseUnknown } from '../../resource/declaration/findings.js';
import { isThenable } from '../../resource/found.js';
import { decideOnceReady } from '../handle-request.js';
import { failureOf } from '../errors.js';
import { keepFromCaches, setFields } from './header-fields.js';
import type { HttpResponse, Incoming } from '../request-context.js';
import { closeEarly } from './lingering-close.js';
import { problemPage } from '../problem-pages.js';
import type { ApiContext } from '../api-context.js';
import { originForm, splitTarget, standingOf } from './mount.js';
import type { Mounted } from './mount.js';

/** How an API is served without Koa. */
export interface ListenerOptions {
  /**
   * What is known of a request, such as who is asking: what the guard, `caller` and resource classes find as `state`.
   * Default: nothing.
   */
  readonly state?: ((req: IncomingMessage) => Readonly<Record<string, unknown>>) | undefined;
  /** Takes what failed on the server's side. Default: `console.error`. */
  readonly onError?: ((error: Error, req: IncomingMessage) => void) | undefined;
}

/** Takes a request of `node:http`, or of `node:http2` by its compatibility API, and answers it. */
export type ApiListener = (
  req: IncomingMessage | Http2ServerRequest,
  res: ServerResponse | Http2ServerResponse,
) => void;

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * The API as a listener of a server of `node:http`: what it answers is the same as by `routes()`, but nothing
 * stands between, and nothing else is served beside it.
 *
 * @param ready - resolves once the store is open; undefined if it is already
 * @throws {TypeError} where an option is unknown
 */
export function listenerOf(
  served: ApiContext,
  ready: () => Promise<void> | undefined,
  options: ListenerOptions = {},
): ApiListener {
  refuseUnknown('api.listener()', options, ['state', 'onError']);
  const { state = () => NOTHING, onError = (error) => console.error(error) } = options;
  const fail = (exchange: Wire, error: unknown): void => {
    const { answer, log } = failureOf(error, served, exchange.mount);
    if (log !== undefined) onError(log, exchange.req);
    send(exchange, served, answer, onError);
  };
  const finish = (incoming: Incoming, decided: HttpResponse | undefined): void => {
    const answer = decided ?? problemPage(incoming.path, incoming.method, served.problems);
    if (answer === undefined) fail(incoming, new ProblemError('not-found'));
    else send(incoming, served, answer, onError);
  };
  return (given, response) => {
    // As far as is needed here, and by what is told of a request, the two are the same.
    const req = given as IncomingMessage;
    const res = response as ServerResponse;
    const { url = '/', originalUrl, baseUrl } = req as IncomingMessage & Mounted;
    const { path: left, query } = splitTarget(originForm(url));
    // Where nothing has shortened the target, the API stands at the root.
    const { path, mount } =
      originalUrl === undefined || originalUrl === url
        ? { path: left, mount: '' }
        : standingOf(splitTarget(originForm(originalUrl)).path, left, baseUrl);
    const method = req.method ?? 'GET';
    try {
      const incoming: Incoming = { req, res, method, path, query, mount, state: state(req) };
      const decided = decideOnceReady(served, incoming, ready);
      if (!isThenable(decided)) finish(incoming, decided);
      else {
        decided.then(
          (answer) => finish(incoming, answer),
          (error: unknown) => fail(incoming, error),
        );
      }
    } catch (error) {
      fail({ req, res, method, mount }, error);
    }
  };
}

/** What is needed of a request to answer it. */
type Wire = Pick<Incoming, 'req' | 'res' | 'method' | 'mount'>;

function send(
  { req, res, method }: Wire,
  served: ApiContext,
  { status, headers, body }: HttpResponse,
  onError: (error: Error, req: IncomingMessage) => void,
): void {
  // Without a call for a plain GET, whose body nobody waits for.
  if (
    !req.complete &&
    ((status >= 400 && req.method !== 'GET') ||
      req.headers['content-length'] !== undefined ||
      req.headers['transfer-encoding'] !== undefined)
  ) {
    closeEarly(req, res, status);
  }
  const isBodiless = status === 204 || status === 304;
  const isKeptFromCaches = status >= 300 && status !== 304;
  // What earlier middleware has set would be lost by `writeHead`; and one of its own, such as compression has, may
  // read no lists.
  if (isKeptFromCaches || res.getHeaderNames().length > 0 || Object.hasOwn(res, 'writeHead')) {
    setFields(res, headers);
    if (isKeptFromCaches) keepFromCaches(served, res);
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
