import { inspect } from 'node:util';
import { checkIri } from '../protocol/iri/check.js';
import { iriToUri } from '../protocol/iri/normalise.js';
import type { ResourceClass } from '../resource/classes.js';
import type { Method } from '../resource/catalog.js';
import type { DeclaredProblem } from '../resource/declaration/problems.js';
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
  /**
   * Variables of the resource's own path. Of a resource that is linked to, those which it shares with the
   * document that links to it: who follows a template chooses the others.
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
 * const guard: Guard = ({ method, state }) => method === 'GET' || state['user'] !== undefined;
 */
export type Guard = (access: Access) => boolean;

/**
 * Says who sends a request, by a text that is the caller's own and stays the same when credentials are renewed:
 * the id of a user, and no token.
 *
 * @param state - Koa's `ctx.state`, or what the listener's `state` gives
 * @returns undefined, or an empty text, where that is not known
 *
 * @example
 * const caller: Caller = (state) => (state['user'] as User | undefined)?.id;
 */
export type Caller = (state: Readonly<Record<string, unknown>>) => string | undefined;

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

/**
 * What is wrong with the option `base`, as what goes after its name: "must be …".
 *
 * @returns undefined where nothing is
 */
export function baseFault(base: string): string | undefined {
  const isHttp = /^https?:\/\/[^/?#]+(?:\/[^?#]*)?$/i.test(base) && checkIri(base) === undefined;
  if (!isHttp || !URL.canParse(iriToUri(base))) {
    return 'must be an absolute http or https IRI without query or fragment, such as "https://api.example.org"';
  }
  return /^[^/]*\/\/[^/]*@/.test(base)
    ? 'must be without user and password, for every document shows it; write "https://api.example.org"'
    : undefined;
}

/** A base as documents show it: a URI without a trailing slash, whose host is in the ASCII form of IDNA. */
export function basesOf(base: string | undefined): Pick<ApiContext, 'base' | 'basePath'> {
  if (base === undefined || base === '') return { base: '', basePath: '' };
  const { origin, pathname } = new URL(base);
  const basePath = iriToUri(pathname).replace(/\/$/, '');
  return { base: origin + basePath, basePath };
}

/** What the ladder needs to know of the API that it answers for. */
export interface ApiContext extends Backing {
  /** The path of the base: what stands before every path on the server itself, without a trailing slash; may be empty. */
  readonly basePath: string;
  readonly absoluteLinks: boolean;
  readonly guard?: Guard | undefined;
  readonly caller?: Caller | undefined;
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string | undefined;
  /** How long a method of a resource class may take, in milliseconds. */
  readonly timeout: number;
  /** Most bytes of a request's body. */
  readonly bodyLimit: number;
  /** The types of problems that the API has of its own, by their names. */
  readonly problems: ReadonlyMap<string, DeclaredProblem>;
}
