import { inspect } from 'node:util';
import type { ResourceClass } from '../resource/classes.js';
import type { Method } from '../resource/catalog.js';
import type { Backing } from '../resource/exchange.js';

/** What a guard decides on. */
export interface Access {
  readonly resource: ResourceClass;
  /** The class of what it stands within: the entity that a fragment is part of. Undefined for the root. */
  readonly parent: ResourceClass | undefined;
  /** The method that the caller uses, or would use: `GET` for a link. */
  readonly method: Method;
  /** Koa's `ctx.state`. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Variables of the request's path. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Decides whether a caller may use a method of a resource. What it refuses is neither linked nor in
 * `Allow`: a resource whose GET it refuses answers 404, another method 403.
 */
export type Guard = (access: Access) => boolean;

/**
 * What the guard says.
 *
 * @throws {TypeError} where it says neither true nor false: a promise would pass for yes
 */
export function permits(guard: Guard, access: Access): boolean {
  const verdict: unknown = guard(access);
  if (typeof verdict === 'boolean') return verdict;
  throw new TypeError(`a guard says true or false at once; found ${inspect(verdict)}`);
}

/** The path of a base, without a trailing slash; may be empty. */
export function basePathOf(base: string): string {
  return base.replace(/^https?:\/\/[^/]+/i, '');
}

/** What the ladder needs to know of the API that it answers for. */
export interface Served extends Backing {
  /** The path of the base: what stands before every path on the server itself, without a trailing slash; may be empty. */
  readonly basePath: string;
  readonly absoluteLinks: boolean;
  readonly guard?: Guard | undefined;
  /** How long a method of a resource class may take, in milliseconds. */
  readonly timeout: number;
  /** Most bytes of a request's body. */
  readonly bodyLimit: number;
}
