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
    koa: { calls: 76, turns: 12, packages: 53, promises: 0, texts: 0, bytes: 3256 },
    listener: { calls: 75, turns: 7, packages: 0, promises: 0, texts: 0, bytes: 2729 },
  },
  'an entity that the client has': {
    koa: { calls: 82, turns: 9, packages: 64, promises: 0, texts: 0, bytes: 2800 },
    listener: { calls: 81, turns: 6, packages: 0, promises: 0, texts: 0, bytes: 2626 },
  },
  'HEAD of an entity': {
    koa: { calls: 76, turns: 12, packages: 54, promises: 0, texts: 0, bytes: 2736 },
    listener: { calls: 75, turns: 7, packages: 0, promises: 0, texts: 0, bytes: 1800 },
  },
  'a value of an entity': {
    koa: { calls: 74, turns: 11, packages: 53, promises: 8, texts: 1, bytes: 4800 },
    listener: { calls: 73, turns: 6, packages: 0, promises: 9, texts: 1, bytes: 3672 },
  },
  'a view': {
    koa: { calls: 51, turns: 9, packages: 53, promises: 6, texts: 1, bytes: 3576 },
    listener: { calls: 50, turns: 5, packages: 0, promises: 7, texts: 1, bytes: 3000 },
  },
  'a catalog of 100 entities, again': {
    koa: { calls: 92, turns: 8, packages: 53, promises: 0, texts: 1, bytes: 4920 },
    listener: { calls: 91, turns: 3, packages: 0, promises: 0, texts: 1, bytes: 4392 },
  },
  'an entity that is not there': {
    koa: { calls: 52, turns: 5, packages: 56, promises: 0, texts: 1, bytes: 1440 },
    listener: { calls: 51, turns: 5, packages: 0, promises: 0, texts: 1, bytes: 1856 },
  },
  'a change of an entity': {
    koa: { calls: 216, turns: 29, packages: 59, promises: 25, texts: 3, bytes: 20970 },
    listener: { calls: 215, turns: 24, packages: 6, promises: 26, texts: 3, bytes: 19604 },
  },
  'a new entity': {
    koa: { calls: 182, turns: 32, packages: 62, promises: 17, texts: 3, bytes: 19807 },
    listener: { calls: 181, turns: 26, packages: 6, promises: 18, texts: 3, bytes: 18161 },
  },
};
