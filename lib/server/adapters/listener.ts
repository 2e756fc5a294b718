import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { ProblemError } from '../../http/problem.js';
import { refuseUnknown } from '../../resource/declaration/findings.js';
import { isThenable } from '../../resource/found.js';
import type { ApiContext } from '../api-context.js';
import { toErrorResponse } from '../errors.js';
import { handleRequest } from '../handle-request.js';
import type { HttpRequest, HttpResponse } from '../http-message.js';
import { keepFromCaches, setFields } from './header-fields.js';
import { closeAfterEarlyResponse } from './lingering-close.js';
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
