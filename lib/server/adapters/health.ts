import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { ProblemError } from '../../http/problem.js';
import { toErrorResponse } from '../error-response.js';
import { isClosing } from './node.js';

/** An API whose health can be asked for: an `Api` of `shoji()` is one. */
export interface Probed {
  start(): Promise<void>;
  check(): Promise<void>;
}

/** Options of {@link health}. */
export interface HealthOptions {
  /** How long the store may take to answer before it counts as down, in milliseconds. Default 2,000. */
  readonly timeout?: number | undefined;
}

const LIVE = '/health/live';
const READY = '/health/ready';

const probes = new WeakSet<IncomingMessage>();

/** Whether a request was one for {@link health}. */
export function isProbe(req: IncomingMessage): boolean {
  return probes.has(req);
}

/**
 * Middleware that answers what watches over the process, such as load balancers:
 *
 * - `/health/live`: 200 as long as the process answers at all;
 * - `/health/ready`: 200 while requests can be served; 503 where the store cannot answer, or not in time, and
 *   from the moment at which {@link drain} or `api.stop()` is called.
 *
 * Asking whether it is ready starts an API that is not started yet, and tries again where that failed.
 * However many ask at once, the store is asked once.
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { health, shoji } from 'koa-shoji';
 * import type { CatalogClass } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const api = shoji([Books]);
 * const app = new Koa().use(health(api, { timeout: 1000 })).use(api.routes());
 * ```
 */
export function health(api: Probed, { timeout = 2000 }: HealthOptions = {}): Middleware {
  let checking: Promise<void> | undefined;
  const check = () =>
    (checking ??= api
      .start()
      .then(() => api.check())
      .finally(() => {
        checking = undefined;
      }));

  return async (ctx, next) => {
    if (ctx.path !== LIVE && ctx.path !== READY) return next();
    probes.add(ctx.req);
    ctx.set('Cache-Control', 'no-store');
    try {
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
        throw new ProblemError('method-not-allowed', { headers: { Allow: 'GET, HEAD' } });
      }
      if (ctx.path === READY) {
        if (isClosing(ctx.req.socket)) return refuse(ctx, unavailable('The server is stopping.'));
        await within(check(), timeout);
      }
      ctx.body = { status: 'up' };
    } catch (error) {
      refuse(ctx, error instanceof ProblemError ? error : unavailable('The store cannot answer.', error));
    }
  };
}

function unavailable(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail,
    headers: { 'Retry-After': '5' },
    ...(cause !== undefined && { cause }),
  });
}

function refuse(ctx: Context, problem: ProblemError): void {
  const { response } = toErrorResponse(
    problem,
    { basePath: '', problems: new Map(), challenge: undefined },
    '',
  );
  if (problem.cause !== undefined) ctx.app.emit('error', problem.cause, ctx);
  ctx.status = response.status;
  ctx.body = response.body;
  ctx.set(response.headers);
}

async function within(checking: Promise<void>, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the store did not answer within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([checking, late]);
  } finally {
    clearTimeout(timer);
  }
}
