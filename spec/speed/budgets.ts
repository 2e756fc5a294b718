import type { Way, Workload } from './workloads.js';

/**
 * What one request may take at most, counted once everything that is done only once is done.
 *
 * Lowering a budget is free, and is done as soon as less is taken. Raising one needs a reason in the message of the
 * commit: what it buys every request. `SPEED=record` prints what is taken now; see requests.spec.ts.
 */
export interface Budget {
  /** Files of the library that a function is called of: what a reader has to open to follow the request. */
  readonly files: number;
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
    koa: { files: 11, calls: 50, turns: 10, packages: 57, promises: 0, texts: 0, bytes: 1736 },
    listener: { files: 10, calls: 50, turns: 10, packages: 5, promises: 0, texts: 0, bytes: 1240 },
  },
  'an entity that the client has': {
    koa: { files: 12, calls: 54, turns: 9, packages: 54, promises: 0, texts: 0, bytes: -1048 },
    listener: { files: 11, calls: 53, turns: 6, packages: 5, promises: 0, texts: 0, bytes: -416 },
  },
  'HEAD of an entity': {
    koa: { files: 11, calls: 50, turns: 10, packages: 58, promises: 0, texts: 0, bytes: 1216 },
    listener: { files: 10, calls: 50, turns: 10, packages: 5, promises: 0, texts: 0, bytes: 312 },
  },
  'a value of an entity': {
    koa: { files: 16, calls: 78, turns: 11, packages: 52, promises: 0, texts: 1, bytes: 3080 },
    listener: { files: 15, calls: 78, turns: 11, packages: 0, promises: 0, texts: 1, bytes: 2584 },
  },
  'a view': {
    koa: { files: 11, calls: 51, turns: 9, packages: 52, promises: 0, texts: 1, bytes: 1656 },
    listener: { files: 10, calls: 51, turns: 9, packages: 0, promises: 0, texts: 1, bytes: 1736 },
  },
  'a catalog of 100 entities, again': {
    koa: { files: 19, calls: 85, turns: 8, packages: 57, promises: 0, texts: 1, bytes: 4264 },
    listener: { files: 18, calls: 85, turns: 8, packages: 5, promises: 0, texts: 1, bytes: 3768 },
  },
  'an entity that is not there': {
    koa: { files: 15, calls: 44, turns: 5, packages: 55, promises: 0, texts: 1, bytes: 432 },
    listener: { files: 14, calls: 44, turns: 5, packages: 0, promises: 0, texts: 1, bytes: 1432 },
  },
  'a change of an entity': {
    koa: { files: 25, calls: 166, turns: 18, packages: 58, promises: 19, texts: 3, bytes: 15832 },
    listener: { files: 24, calls: 166, turns: 18, packages: 6, promises: 20, texts: 3, bytes: 14737 },
  },
  'changes of entities by index': {
    koa: { files: 27, calls: 404, turns: 39, packages: 55, promises: 41, texts: 13, bytes: 39446 },
    listener: { files: 26, calls: 403, turns: 39, packages: 6, promises: 42, texts: 13, bytes: 40076 },
  },
  'a new entity': {
    koa: { files: 28, calls: 167, turns: 30, packages: 61, promises: 11, texts: 3, bytes: 14878 },
    listener: { files: 27, calls: 167, turns: 30, packages: 6, promises: 12, texts: 3, bytes: 13481 },
  },
  'a new entity, by its key': {
    koa: { files: 30, calls: 264, turns: 31, packages: 61, promises: 31, texts: 11, bytes: 28165 },
    listener: { files: 29, calls: 264, turns: 31, packages: 6, promises: 32, texts: 11, bytes: 26762 },
  },
};
