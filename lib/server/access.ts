import type { Method } from '../resource/catalog.js';
import type { ResourceClass } from '../resource/classes.js';

/** The use of a resource that a {@link Guard} decides on. */
export interface Access {
  readonly resource: ResourceClass;
  /** The class of what it stands within: the entity that a fragment is part of. Undefined for the root. */
  readonly parent: ResourceClass | undefined;
  /** The method that the caller uses, or would use: `GET` for a link. */
  readonly method: Method;
  /** Koa's `ctx.state`, or what the option `state` of `api.listener()` gives. */
  readonly state: Readonly<Record<string, unknown>>;
  /**
   * Variables of the resource's own path. Of a resource that is linked to, those which it shares with the
   * document that links to it: the client chooses the rest when it expands the template.
   */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Decides whether a caller may use a method of a resource. What it refuses is neither linked nor in
 * `Allow`. A resource whose GET it refuses answers 404, and so does all below its path; another method 403.
 *
 * It is asked from the top down: for `/docs/a/name`, about GET of the root (where that is a class of yours), of
 * `/docs/`, of `/docs/a/`, and then about the method of the name. Lists are not filtered by it: what they list, a
 * guard that looks at the entity's own variable may refuse.
 *
 * @example
 * ```ts
 * import { shoji } from 'koa-shoji';
 * import type { CatalogClass, Guard } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * // All callers read; those who are logged in write.
 * const guard: Guard = ({ method, state }) => method === 'GET' || state['user'] !== undefined;
 * const api = shoji([Books], { guard });
 * ```
 */
export type Guard = (access: Access) => boolean;

/**
 * Names the caller of a request, by a text that is the caller's own and stays the same when credentials are renewed:
 * the id of a user, and no token.
 *
 * @param state - Koa's `ctx.state`, or what the listener's `state` gives
 * @returns undefined, or an empty text, where the caller is not known
 *
 * @example
 * ```ts
 * import type { Caller } from 'koa-shoji';
 *
 * const caller: Caller = (state) => (state['user'] as { id: string } | undefined)?.id;
 * ```
 */
export type Caller = (state: Readonly<Record<string, unknown>>) => string | undefined;
