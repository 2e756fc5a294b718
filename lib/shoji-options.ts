import type { DeclarationOptions } from './declaration/declare.js';
import { suggestion } from './protocol/edit-distance.js';
import type { Findings } from './declaration/declaration-findings.js';
import { describeDeclared } from './declaration/describe-class.js';
import { isChallengeList } from './http/header-fields.js';
import type { ProblemDefinition } from './http/problem.js';
import type { Caller, Guard } from './server/access.js';
import { findBaseFault } from './server/api-context.js';
import { isStoreName, formatStoreName, STORE_NAMES } from './store/store-names.js';
import type { Store } from './store/store.js';

/**
 * Options of `shoji()`.
 *
 * @example
 * ```ts
 * import { shoji } from 'koa-shoji';
 * import type { CatalogClass, ShojiOptions } from 'koa-shoji';
 *
 * declare const Books: CatalogClass;
 *
 * const options: ShojiOptions = {
 *   title: 'The shop',
 *   store: 'postgres://localhost/shop',
 *   base: 'https://api.example.org/shop',
 *   requireIfMatch: true,
 *   caller: (state) => (state['user'] as { id: string } | undefined)?.id,
 *   challenge: 'Bearer realm="shop"',
 * };
 * const api = shoji([Books], options);
 * ```
 */
export interface ShojiOptions extends DeclarationOptions {
  /**
   * Where entities are kept: `'memory'` (the default; gone when the process ends), a SQLite file such as
   * `'users.db'`, the URL of a PostgreSQL database (`'postgres://…'`), or a {@link Store}.
   */
  readonly store?: string | Store | undefined;
  /**
   * What stands before every path to the outside, such as `https://api.example.org`; `self` and `Location`
   * are absolute under it. Default: none, and they are path-absolute. The Host header is never used. It has no user
   * and password; a host outside ASCII is shown in the form of IDNA (`xn--…`). {@link Api.setBase} changes it.
   */
  readonly base?: string | undefined;
  /** Show links resolved against `self` instead of relative to it; needs `base`. Default false. */
  readonly absoluteLinks?: boolean | undefined;
  /** Decides per request which links and methods a caller sees. Default: all. */
  readonly guard?: Guard | undefined;
  /**
   * Names the caller of a request, from Koa's `ctx.state`. An `Idempotency-Key` belongs to one caller: with a guard, it
   * is refused without this option; without a guard, callers are apart by `Authorization` and `Cookie`. Default:
   * not known.
   */
  readonly caller?: Caller | undefined;
  /**
   * How callers authenticate, as the value of `WWW-Authenticate`: `'Bearer realm="shop"'`. Answers of 401 have
   * it. With `caller`, a caller that is not known gets 401 instead of 403, and instead of 404 where a catalog, a
   * view or a fragment is hidden from it; that an entity exists is never told. Default: none.
   */
  readonly challenge?: string | undefined;
  /** How long a method of a resource class may take, in milliseconds. Default 30,000. */
  readonly timeout?: number | undefined;
  /** Most bytes of a request's body. Default 1,048,576. */
  readonly bodyLimit?: number | undefined;
  /**
   * Types of problems of your own, as `defineProblem()` makes them: each has its page at `/problems/` and its
   * name. Default: none.
   */
  readonly problems?: readonly ProblemDefinition[] | undefined;
}

type Test = (value: unknown) => boolean;

const isString: Test = (value) => typeof value === 'string';
const isPositive: Test = (value) => Number.isInteger(value) && (value as number) > 0;

const OPTIONS: Readonly<Record<keyof ShojiOptions, readonly [Test, string]>> = {
  store: [
    (value) =>
      typeof value === 'string'
        ? isStoreName(value)
        : typeof value === 'object' && value !== null && 'write' in value,
    `${STORE_NAMES}, or an object that is a Store`,
  ],
  base: [isString, 'an IRI such as "https://api.example.org"'],
  absoluteLinks: [(value) => typeof value === 'boolean', 'true or false'],
  requireIfMatch: [(value) => typeof value === 'boolean', 'true or false'],
  guard: [(value) => typeof value === 'function', 'a function'],
  caller: [(value) => typeof value === 'function', 'a function'],
  challenge: [
    (value) => typeof value === 'string' && isChallengeList(value),
    `a value of WWW-Authenticate, such as 'Bearer realm="shop"'`,
  ],
  timeout: [isPositive, 'a whole number of milliseconds'],
  bodyLimit: [isPositive, 'a whole number of bytes'],
  problems: [(value) => Array.isArray(value), 'an array of what defineProblem() made'],
  title: [isString, 'a string'],
  description: [isString, 'a string'],
};

/**
 * Finds what is wrong with the options themselves.
 *
 * @returns the options; none where what was given is no object
 */
export function checkOptions(options: unknown, findings: Findings): ShojiOptions {
  if (typeof options !== 'object' || options === null) {
    findings.add(
      { class: 'shoji()', member: 'options' },
      `must be an object; found ${describeDeclared(options)}`,
    );
    return {};
  }
  for (const [name, value] of Object.entries(options)) {
    const where = { class: 'shoji()', member: 'options', name };
    if (!Object.hasOwn(OPTIONS, name)) {
      findings.add(where, `is no option${suggestion(name, Object.keys(OPTIONS))}`);
      continue;
    }
    const [test, expected] = OPTIONS[name as keyof ShojiOptions];
    if (value !== undefined && !test(value)) {
      const found =
        name === 'store' && typeof value === 'string' ? formatStoreName(value) : describeDeclared(value);
      findings.add(where, `must be ${expected}; found ${found}`);
    }
  }
  checkBase(options, findings);
  return options;
}

function checkBase({ base, absoluteLinks }: ShojiOptions, findings: Findings): void {
  const where = { class: 'shoji()', member: 'options', name: 'base' };
  if (base === undefined) {
    if (absoluteLinks === true)
      findings.add(where, 'is missing: absoluteLinks needs it, for the Host header is never trusted');
    return;
  }
  if (typeof base !== 'string') return;
  const fault = findBaseFault(base);
  if (fault !== undefined) findings.add({ ...where, iri: base.replace(/\/\/[^/]*@/, '//…@') }, fault);
}
