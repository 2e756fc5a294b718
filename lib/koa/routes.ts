import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context, Middleware, Next } from 'koa';
import { Problem } from '../http/problem.js';
import { failureOf } from './errors.js';
import type { Answer, Incoming } from './incoming.js';
import { decide } from './ladder.js';
import { problemPage } from './problem-pages.js';
import type { Served } from './served.js';

/** What a router puts on the context of a request that came through it. */
interface Routed {
  readonly captures?: readonly (string | undefined)[];
}

/** Where in a request's path the API stands. */
interface Mounting {
  readonly path: string;
  readonly mount: string;
}

/** The answer to an oversized body is read by a client that is still sending; this long it may go on, in milliseconds. */
const LINGER = 2000;

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
  const handle = async (ctx: Context, next: Next, { path, mount }: Mounting): Promise<void> => {
    const incoming: Incoming = {
      req: ctx.req,
      method: ctx.method,
      path,
      query: ctx.querystring,
      mount,
      state: ctx.state,
    };
    let answer: Answer | undefined;
    try {
      const opening = ready();
      if (opening !== undefined) await opening;
      answer = (await decide(served, incoming)) ?? problemPage(path, ctx.method);
    } catch (error) {
      answer = fail(ctx, error, mount);
    }
    if (answer === undefined) {
      await next();
      // Nobody further down knows the path either.
      if (ctx.status !== 404 || ctx.body != null || ctx.headerSent || ctx.respond === false) return;
      answer = fail(ctx, new Problem('not-found'), mount);
    }
    send(ctx, answer);
  };

  const router = new Router();
  router.all('{/*rest}', (ctx, next) => handle(ctx, next, mountingOfRoute(ctx)));
  const routes: Middleware = (ctx, next) => handle(ctx, next, mountingOf(ctx));
  return Object.assign(routes, { router });
}

/** Below a router, the route has told what of the path is left. */
function mountingOfRoute(ctx: Context): Mounting {
  const rest = (ctx as Routed).captures?.at(-1) ?? '';
  const path = `/${rest}`;
  const mount = ctx.path.endsWith(path) ? ctx.path.slice(0, -path.length) : ctx.path;
  return mount === ctx.path && rest === '' ? { path: '', mount } : { path, mount };
}

/** Middleware such as koa-mount shortens the path, and leaves the original target as it was. */
function mountingOf(ctx: Context): Mounting {
  const { path } = ctx;
  if (ctx.req.url === ctx.originalUrl) return { path, mount: '' };
  const [original = ''] = ctx.originalUrl.split('?');
  const mount = original.endsWith(path) ? original.slice(0, -path.length) : '';
  return { path, mount: mount.startsWith('/') ? mount : '' };
}

function fail(ctx: Context, error: unknown, mount: string): Answer {
  const { answer, log } = failureOf(error, mount);
  if (log !== undefined) (ctx.app as Koa).emit('error', log, ctx);
  return answer;
}

function send(ctx: Context, { status, headers, body }: Answer): void {
  if (body === undefined) ctx.body = null;
  ctx.status = status;
  for (const name in headers) ctx.res.setHeader(name, headers[name] as string);
  if (body !== undefined) ctx.body = body;
  if (status === 413) ctx.res.once('finish', () => closeUnlessComplete(ctx.req));
}

/** Reading on without end is no duty; closing at once would take the answer from a client that still sends. */
function closeUnlessComplete(req: IncomingMessage): void {
  if (!req.complete) setTimeout(() => req.complete || req.socket.destroy(), LINGER).unref();
}
