import type { CollectionPlan, Store } from '../store/store.js';
import { bodies } from './bodies.js';
import { plans, type Test } from './fixtures.js';
import { ids } from './ids.js';
import { keys } from './keys.js';
import { model } from './model.js';
import { nesting } from './nesting.js';
import { orders, sortedPages } from './orders.js';
import { iteration, pages } from './pages.js';
import { records } from './records.js';
import { references } from './references.js';
import { oddNames, searches } from './searches.js';
import { isolation, transactions } from './transactions.js';
import { unique } from './unique-members.js';
import { lifecycle, writes } from './writes.js';

/** The functions of a test runner that the contract is declared with: mocha, node:test, vitest and jest have them. */
export interface TestRunner {
  readonly describe: (title: string, declare: () => void) => unknown;
  readonly it: ((title: string, run: () => Promise<void>) => unknown) & {
    readonly skip: (title: string, run: () => Promise<void>) => unknown;
  };
}

/** An implementation of {@link Store}, and how the contract comes by it. */
export interface StoreContract {
  /** Names the store in the titles of the tests. */
  readonly name: string;
  /** Gives a store with nothing in it, opened with these plans. Each test has one of its own. */
  readonly open: (plans: readonly CollectionPlan[]) => Promise<Store>;
  /** Ends a store that `open` gave, and takes away what it has written; `close()` alone by default. */
  readonly close?: (store: Store) => Promise<void>;
  /** How often each test with drawn input runs; fewer where a store is slow. Default 60. */
  readonly runs?: number;
  /** Where drawing begins: the seed that a failure names. Default: another one each time. */
  readonly seed?: number;
  /** Tests, by their titles, that do not hold for this store, and why. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
  /** The functions of the test runner; its global ones by default. */
  readonly runner?: TestRunner;
}

/**
 * Declares the tests that every {@link Store} has to pass. Call it in a test file; some tests take some seconds, so
 * give the runner a time limit of a minute.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { MemoryStore } from 'koa-shoji/store';
 * import { storeContract } from 'koa-shoji/store-contract';
 *
 * storeContract({
 *   name: 'MemoryStore',
 *   runner: { describe, it },
 *   async open(plans) {
 *     const store = new MemoryStore();
 *     store.open(plans);
 *     return store;
 *   },
 * });
 * ```
 *
 * @throws {TypeError} where there is no test runner
 */
export function storeContract({
  name,
  open,
  close = closeStore,
  runs = 60,
  seed,
  skip = [],
  runner = globalRunner(),
}: StoreContract): void {
  const { describe, it } = runner;
  const reasons = new Map(skip.flatMap(({ reason, tests }) => tests.map((title) => [title, reason])));

  const test: Test = (title, run, more = []) => {
    const runOnStore = async (): Promise<void> => {
      const store = await open([...plans, ...more]);
      try {
        await run(store);
      } finally {
        await close(store);
      }
    };
    const reason = reasons.get(title);
    if (reasons.delete(title)) it.skip(`${title} (does not hold: ${reason})`, runOnStore);
    else it(title, runOnStore);
  };

  describe(`${name} keeps to the contract of Store`, () => {
    const groups = {
      bodies,
      ids,
      keys,
      pages,
      orders,
      sortedPages,
      searches,
      oddNames,
      iteration,
      writes,
      nesting,
      unique,
      references,
      transactions,
      isolation,
      records,
      lifecycle,
      model,
    };
    for (const [group, declare] of Object.entries(groups)) {
      describe(group, () => declare(test, { runs, seed }));
    }
    if (reasons.size > 0) {
      throw new Error(`no test of the contract is called: ${Array.from(reasons.keys()).join('; ')}`);
    }
  });
}

/** Takes `describe` and `it` as mocha, jest and others define them for test files. */
function globalRunner(): TestRunner {
  const { describe, it } = globalThis as Partial<TestRunner>;
  if (describe !== undefined && it !== undefined) return { describe, it };
  throw new TypeError(
    "storeContract() finds no describe() and it(); name those of your test runner: runner: { describe, it } of 'node:test'",
  );
}

async function closeStore(store: Store): Promise<void> {
  await store.close();
}
