import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { ProblemError } from 'koa-shoji';

export type Role = 'visitor' | 'customer' | 'staff';

/** Who sends a request. */
export class Caller {
  readonly role: Role;
  /** The customer's id, where the caller is one. */
  readonly customer: string | undefined;

  constructor(role: Role, customer?: string) {
    this.role = role;
    this.customer = customer;
  }
}

const VISITOR = new Caller('visitor');

/** Only digests are kept, so that a look into the table gives nobody a token. These are of the demo's. */
const CALLERS: readonly (readonly [digest: Buffer, caller: Caller])[] = [
  [digestOf('demo-staff'), new Caller('staff')],
  [digestOf('demo-ada'), new Caller('customer', '1')],
  [digestOf('demo-ben'), new Caller('customer', '2')],
];

/** Finds out who is asking, or answers 401. Who sends no token is a visitor. */
export const authenticate: Middleware = async (ctx, next) => {
  const authorization = ctx.get('Authorization');
  const caller = authorization === '' ? VISITOR : callerWith(authorization);
  if (caller === undefined) {
    const problem = new ProblemError('unauthorized', {
      detail: 'The token is not known; send "Authorization: Bearer <token>".',
    });
    ctx.status = problem.status;
    ctx.set('WWW-Authenticate', 'Bearer realm="shop", error="invalid_token"');
    ctx.body = problem.toDocument('');
    ctx.type = 'application/problem+json';
    return;
  }
  ctx.state['caller'] = caller;
  await next();
};

/** The caller that {@link authenticate} found, from Koa's `ctx.state`. */
export function callerOf(state: Readonly<Record<string, unknown>>): Caller {
  const { caller } = state;
  return caller instanceof Caller ? caller : VISITOR;
}

/** Who that is by name, whatever token was sent; undefined for a visitor. */
export function nameOf(state: Readonly<Record<string, unknown>>): string | undefined {
  const { role, customer } = callerOf(state);
  return role === 'visitor' ? undefined : `${role} ${customer ?? ''}`;
}

/** @see RFC 6750, section 2.1 */
function callerWith(authorization: string): Caller | undefined {
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
  if (token === undefined) return undefined;
  const sent = digestOf(token);
  // Every entry is compared, in constant time: how long it takes says nothing of what is in the table.
  return CALLERS.filter(([digest]) => timingSafeEqual(digest, sent))[0]?.[1];
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
