import type { Way, Workload } from './workloads.js';

/**
 * What one request may take at most, counted once everything that is done only once is done.
 *
 * Lowering a budget is free, and is done as soon as less is taken. Raising one needs a reason in the message of the
 * commit: what it buys every request. `SPEED=record` prints what is taken now; see requests.spec.ts.
 */
export interface Budget {
  /** Calls of the library's own functions. */
  readonly calls: number;
  /** Turns of loops in them. One that turns once is none. */
  readonly turns: number;
  /** Calls of functions of packages: Koa and what it stands on. */
  readonly packages: number;
  /** Promises, beyond those of a bare server of the same kind. */
  readonly promises: number;
  /** Calls of `JSON.stringify` and `JSON.parse`. */
  readonly texts: number;
  /** Bytes of the heap, beyond those of a bare server of the same kind; see {@link MARGIN}. */
  readonly bytes: number;
}

/**
 * By how many bytes one run may differ from another: some engines take a couple of hundred for a while. With Node 22
 * and 24 requests take a little less than with 20. All other figures are the same everywhere.
 */
export const MARGIN = 256;

export const BUDGETS: Readonly<Record<Workload, Readonly<Record<Way, Budget>>>> = {
  'an entity': {
    koa: { calls: 62, turns: 10, packages: 52, promises: 0, texts: 0, bytes: 1951 },
    listener: { calls: 62, turns: 10, packages: 0, promises: 0, texts: 0, bytes: 1304 },
  },
  'an entity that the client has': {
    koa: { calls: 64, turns: 9, packages: 49, promises: 0, texts: 0, bytes: -1001 },
    listener: { calls: 63, turns: 6, packages: 0, promises: 0, texts: 0, bytes: -520 },
  },
  'HEAD of an entity': {
    koa: { calls: 62, turns: 10, packages: 53, promises: 0, texts: 0, bytes: 1431 },
    listener: { calls: 62, turns: 10, packages: 0, promises: 0, texts: 0, bytes: 376 },
  },
  'a value of an entity': {
    koa: { calls: 89, turns: 11, packages: 52, promises: 0, texts: 1, bytes: 3984 },
    listener: { calls: 89, turns: 11, packages: 0, promises: 0, texts: 1, bytes: 3336 },
  },
  'a view': {
    koa: { calls: 59, turns: 9, packages: 52, promises: 0, texts: 1, bytes: 2424 },
    listener: { calls: 59, turns: 9, packages: 0, promises: 0, texts: 1, bytes: 2352 },
  },
  'a catalog of 100 entities, again': {
    koa: { calls: 98, turns: 8, packages: 52, promises: 0, texts: 1, bytes: 5272 },
    listener: { calls: 98, turns: 8, packages: 0, promises: 0, texts: 1, bytes: 4624 },
  },
  'an entity that is not there': {
    koa: { calls: 48, turns: 5, packages: 55, promises: 0, texts: 1, bytes: 1095 },
    listener: { calls: 48, turns: 5, packages: 0, promises: 0, texts: 1, bytes: 1552 },
  },
  'a change of an entity': {
    koa: { calls: 219, turns: 29, packages: 58, promises: 19, texts: 3, bytes: 17056 },
    listener: { calls: 219, turns: 29, packages: 6, promises: 20, texts: 3, bytes: 15808 },
  },
  'a new entity': {
    koa: { calls: 191, turns: 32, packages: 61, promises: 13, texts: 3, bytes: 17272 },
    listener: { calls: 191, turns: 32, packages: 6, promises: 14, texts: 3, bytes: 15744 },
  },
};
