import { createRequire } from 'node:module';
import type { Router } from '@koa/router';
import type { Context, Middleware, Next } from 'koa';
import { Problem } from '../http/problem.js';
import { isThenable } from '../resource/found.js';
import { decideOnceReady } from './deciding.js';
import { failureOf } from './errors.js';
import type { Answer, Incoming } from './incoming.js';
import { closeEarly } from './lingering.js';
import { problemPage } from './problem-pages.js';
import { basePathOf } from './served.js';
import type { Served } from './served.js';
import { originForm, splitTarget } from './target.js';

const require = createRequire(import.meta.url);

/** What a router puts on the context of a request that came through it. */
interface Routed {
  readonly captures?: readonly (string | undefined)[];
}

/** Where in a request's target the API stands. */
type Standing = Pick<Incoming, 'path' | 'query' | 'mount'>;

/** Middleware of a `@koa/router`, which says so by its `router`. */
export type RouterMiddleware = Middleware & { router: Router };

/**
 * The API as middleware of a `@koa/router`.
 *
 * The router has one route for everything, whose resources are found in a tree: the cost of a request does
 * not grow with their number. Used directly, that one route need not be matched either; nested into
 * another router, it takes that router's prefix as any route does.
 *
 * @param ready - resolves once the store is open; undefined if it is already
 */
export function routesOf(served: Served, ready: () => Promise<void> | undefined): RouterMiddleware {
  // The pages that problems lead to are below the path of the base, as every resource is.
  const basePath = basePathOf(served);
  const handle = (ctx: Context, next: Next, { path, query, mount }: Standing): Promise<void> | void => {
    const { req, res } = ctx;
    const prefix = basePath + mount;
    const incoming: Incoming = {
      req,
      res,
      method: req.method ?? 'GET',
      path,
      query,
      mount,
      state: ctx.state,
    };
    try {
      const decided = decideOnceReady(served, incoming, ready);
      if (isThenable(decided)) {
        return decided.then(
          (answer) => answerOrPass(ctx, next, incoming, prefix, answer),
          (error: unknown) => send(ctx, failure(ctx, error, prefix)),
        );
      }
      return answerOrPass(ctx, next, incoming, prefix, decided);
    } catch (error) {
      send(ctx, failure(ctx, error, prefix));
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
  router.all('{/*rest}', handle);
  return router;
}

/** Below a router, the route has told what of the path is left. */
function targetOfRoute(ctx: Context): Standing {
  const rest = (ctx as Routed).captures?.at(-1) ?? '';
  const path = `/${rest}`;
  const query = ctx.querystring;
  if (ctx.path.endsWith(path)) return { path, query, mount: ctx.path.slice(0, -path.length) };
  return { path: '', query, mount: ctx.path };
}

/** Middleware such as koa-mount shortens the path, and leaves the original target as it was. */
function targetOf(ctx: Context): Standing {
  const url = ctx.req.url ?? '/';
  const plain = url.startsWith('/') && !url.includes('#');
  const { path, query } = plain ? splitTarget(url) : { path: ctx.path, query: ctx.querystring };
  if (url === ctx.originalUrl) return { path, query, mount: '' };
  const [original = ''] = originForm(ctx.originalUrl).split('?');
  if (original.endsWith(path)) return { path, query, mount: original.slice(0, -path.length) };
  // The prefix alone, without a slash: what comes through is `/`, but that is not where links resolve.
  return path === '/' ? { path: '', query, mount: original } : { path, query, mount: '' };
}

/** Sends the answer; where there is none, the path may belong to middleware further down. */
function answerOrPass(
  ctx: Context,
  next: Next,
  { path, method }: Incoming,
  prefix: string,
  decided: Answer | undefined,
): Promise<void> | void {
  const answer = decided ?? problemPage(path, method);
  return answer === undefined ? passOn(ctx, next, prefix) : send(ctx, answer);
}

async function passOn(ctx: Context, next: Next, prefix: string): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body != null || ctx.headerSent || ctx.respond === false) return;
  send(ctx, failure(ctx, new Problem('not-found'), prefix));
}

function failure(ctx: Context, error: unknown, prefix: string): Answer {
  const { answer, log } = failureOf(error, prefix);
  if (log !== undefined) ctx.app.emit('error', log, ctx);
  return answer;
}

function send({ req, res, response }: Context, { status, headers, body }: Answer): void {
  if (status >= 400 && !req.complete && req.method !== 'GET') closeEarly(req, res, status);
  for (const name in headers) res.setHeader(name, headers[name] as string);
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
