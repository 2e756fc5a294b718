import { bodies } from './contract/bodies.js';
import { ids } from './contract/ids.js';
import { isolation } from './contract/isolation.js';
import { iteration } from './contract/iteration.js';
import { lifecycle } from './contract/lifecycle.js';
import { memos } from './contract/memos.js';
import { model } from './contract/model.js';
import { nesting } from './contract/nesting.js';
import { oddNames } from './contract/odd-names.js';
import { orders } from './contract/orders.js';
import { pages } from './contract/pages.js';
import { places } from './contract/places.js';
import { plans, type Test } from './contract/ground.js';
import { references } from './contract/references.js';
import { searches } from './contract/searches.js';
import { sortedPages } from './contract/sorted-pages.js';
import { transactions } from './contract/transactions.js';
import { unique } from './contract/unique.js';
import { writes } from './contract/writes.js';
import type { CollectionPlan, Store } from '../../lib/store/store.js';

/** One implementation of Store, and how the suite comes by it. */
export interface StoreContract {
  readonly name: string;
  /** A store with nothing in it, opened with these plans. */
  readonly open: (plans: readonly CollectionPlan[]) => Promise<Store>;
  /** Ends a store that `open` gave, and takes away what it has written; `close()` alone by default. */
  readonly close?: (store: Store) => Promise<void>;
  /** How often each test with drawn input runs; fewer where a store is slow. */
  readonly numRuns?: number;
  /** Tests, by their titles, that do not hold for this implementation, and why. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** What every implementation of Store has to keep to, each test on a store of its own. */
export function storeContract({
  name,
  open,
  close = closeStore,
  numRuns = 60,
  skip = [],
}: StoreContract): void {
  const reasons = new Map(skip.flatMap(({ reason, tests }) => tests.map((title) => [title, reason])));

  const test: Test = (title, run, more = []) => {
    const reason = reasons.get(title);
    if (reasons.delete(title)) {
      it(`${title} (does not hold: ${reason})`, function skipped() {
        this.skip();
      });
      return;
    }
    it(title, async () => {
      const store = await open([...plans, ...more]);
      try {
        await run(store);
      } finally {
        await close(store);
      }
    });
  };

  describe(`${name} keeps to the contract of Store`, () => {
    const groups = {
      bodies,
      ids,
      places,
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
      memos,
      lifecycle,
      model,
    };
    for (const [group, declare] of Object.entries(groups)) describe(group, () => declare(test, numRuns));

    if (reasons.size > 0) {
      throw new Error(`no test of the contract is called: ${Array.from(reasons.keys()).join('; ')}`);
    }
  });
}

async function closeStore(store: Store): Promise<void> {
  await store.close();
}
