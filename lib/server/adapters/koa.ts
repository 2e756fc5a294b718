import { createRequire } from 'node:module';
import type { Router } from '@koa/router';
import type { Context, Middleware, Next } from 'koa';
import { ProblemError } from '../../http/problem.js';
import { isThenable } from '../../resource/entity-record.js';
import type { ApiContext } from '../api-context.js';
import { toErrorResponse } from '../error-response.js';
import { handleRequest } from '../handle-request.js';
import type { HttpRequest, HttpResponse } from '../http-message.js';
import { keepFromCaches, setFields } from './response-fields.js';
import { closeAfterEarlyResponse } from './lingering-close.js';
import { originForm, splitTarget, standingOf } from './mount.js';
import type { Mounted, Standing } from './mount.js';

const require = createRequire(import.meta.url);

/** The properties that a router sets on the context of a request that came through it. */
interface Routed {
  /** What the parts in the path of the route have matched; undefined for one that is optional and absent. */
  readonly captures?: readonly (string | undefined)[];
  /** The path of the route, which tells it among all that were matched. */
  readonly routerPath?: string;
  readonly matched?: readonly { readonly path: unknown; readonly paramNames: readonly { name: string }[] }[];
  /** What the router looks at in place of the path, where middleware has set it. */
  readonly newRouterPath?: string;
}

/** The name of what the route has of the path; none that a prefix would have too. */
const REST = 'koaShojiPath';

/** The path and query below the API, and where that stands. */
type Target = Standing & Pick<HttpRequest, 'query'>;

/** Middleware of a `@koa/router`, which says so by its `router`. */
export type RouterMiddleware = Middleware & { router: Router };

/**
 * The API as middleware of a `@koa/router`.
 *
 * The router has one route for everything, whose resources are found in a tree: the cost of a request does
 * not grow with their number. Used directly, that one route need not be matched either; nested into
 * another router, it takes that router's prefix as any route does.
 */
export function routesOf(api: ApiContext): RouterMiddleware {
  const handle = (ctx: Context, next: Next, { path, query, mount }: Target): Promise<void> | void => {
    const { req, res } = ctx;
    const method = req.method ?? 'GET';
    try {
      const response = handleRequest(api, { req, res, method, path, query, mount, state: ctx.state });
      if (!isThenable(response)) return sendOrPass(api, ctx, next, mount, response);
      return response.then(
        (known) => sendOrPass(api, ctx, next, mount, known),
        (error: unknown) => sendError(api, ctx, mount, error),
      );
    } catch (error) {
      sendError(api, ctx, mount, error);
    }
  };

  let router: Router | undefined;
  const routes: Middleware = (ctx, next) => handle(ctx, next, targetOf(ctx));
  // Only a router that it is nested into asks for this.
  return Object.defineProperty(routes, 'router', {
    get: () => (router ??= routerOf((ctx, next) => handle(ctx, next, targetOfRoute(ctx)))),
  }) as RouterMiddleware;
}

/** A router with one route for everything; its package is loaded here, so that an API by itself starts without. */
function routerOf(handle: Middleware): Router {
  const koaRouter = require('@koa/router') as { readonly Router: typeof Router };
  const router = new koaRouter.Router();
  router.all(`{/*${REST}}`, handle);
  return router;
}

/** Below a router, the route has told what of the path is left, whatever stands before it. */
function targetOfRoute(ctx: Context): Target {
  const { captures = [], matched = [], routerPath, newRouterPath } = ctx as Routed;
  const names = matched.find(({ path }) => path === routerPath)?.paramNames ?? [];
  // Each way to leave optional parts of a prefix away has captures of its own.
  const rest = captures.find((text, index) => text !== undefined && names[index]?.name === REST);
  const whole = newRouterPath ?? ctx.path;
  const bare = rest === undefined ? '' : `/${rest}`;
  // The slash at the end is not always part of what a route captures.
  const left = whole.endsWith(`${bare}/`) ? `${bare}/` : bare;
  const { mount } = standingOf(whole, left);
  return { ...standingOf(originalPath(ctx), left, mount), query: ctx.querystring };
}

/** Middleware such as koa-mount shortens the path, and leaves the original target as it was. */
function targetOf(ctx: Context): Target {
  const url = ctx.req.url ?? '/';
  const { originalUrl = ctx.originalUrl, baseUrl } = ctx.req as Mounted;
  const isWhole = url === originalUrl;
  if (isWhole && PLAIN_TARGET.test(url)) return { path: url, query: '', mount: '' };
  const isOriginForm = url.startsWith('/') && !url.includes('#');
  const { path, query } = isOriginForm ? splitTarget(url) : { path: ctx.path, query: ctx.querystring };
  if (isWhole) return { path, query, mount: '' };
  return { ...standingOf(originalPath(ctx), path, baseUrl), query };
}

/** A target that is a path and nothing else. */
const PLAIN_TARGET = /^\/[^?#]*$/;

/** The path as the client sent it, also where an application of Express has shortened it before Koa saw it. */
function originalPath(ctx: Context): string {
  return splitTarget(originForm((ctx.req as Mounted).originalUrl ?? ctx.originalUrl)).path;
}

/** Sends the response; where there is none, the path may belong to middleware further down. */
function sendOrPass(
  api: ApiContext,
  ctx: Context,
  next: Next,
  mount: string,
  response: HttpResponse | undefined,
): Promise<void> | void {
  return response === undefined ? passOn(api, ctx, next, mount) : send(api, ctx, response);
}

async function passOn(api: ApiContext, ctx: Context, next: Next, mount: string): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body != null || ctx.headerSent || ctx.respond === false) return;
  sendError(api, ctx, mount, new ProblemError('not-found'));
}

function sendError(api: ApiContext, ctx: Context, mount: string, error: unknown): void {
  const { response, log } = toErrorResponse(error, api, mount);
  if (log !== undefined) ctx.app.emit('error', log, ctx);
  send(api, ctx, response);
}

function send(
  api: ApiContext,
  { req, res, response }: Context,
  { status, headers, body }: HttpResponse,
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
  if (res.getHeaderNames().length > 0) setFields(res, headers);
  else for (const name in headers) res.setHeader(name, headers[name] as string);
  if (status >= 300 && status !== 304) keepFromCaches(api, res);
  if (body === undefined) {
    // Koa itself takes the fields of a body away where the status has none.
    response.status = status;
    if (status !== 204 && status !== 304) {
      response.body = null;
      response.status = status;
    }
  } else {
    // Koa takes a body for 200, so that the status comes after it.
    response.body = body;
    if (status !== 200) response.status = status;
  }
  // Closed here without an error, the connection tells Koa nothing that the stream does not: it is logged once.
  if (typeof body === 'object') body.once('error', () => res.destroy());
  // Node leaves the length away from HEAD, whose fields are those of GET.
  if (body === undefined && status >= 300 && status !== 304) response.length = 0;
}
