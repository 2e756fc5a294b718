import type { Change, CollectionKey, Reader, Store, Transaction } from 'koa-shoji/store';
import { idOfOrder, idOfProduct, madeUpCustomer, madeUpOrder, madeUpProduct } from './made-up.js';

const PRODUCTS: CollectionKey = { collection: 'products', parentIds: [] };
const CUSTOMERS: CollectionKey = { collection: 'customers', parentIds: [] };

/** Who the orders are of, in turn. */
const MOST_CUSTOMERS = 1000;
/** How many products are written as one. */
const BATCH = 500;

/**
 * Puts products into the store, as many as are wanted; those that are there stay as they are.
 *
 * @returns after each batch, how many it was
 */
export async function* fillProducts(store: Store, wanted: number): AsyncGenerator<number> {
  const there = await idsIn(store, PRODUCTS);
  for (let first = 0; first < wanted; first += BATCH) {
    const batch = numbers(first, 1, Math.min(first + BATCH, wanted));
    const changes = batch
      .filter((number) => !there.has(idOfProduct(number)))
      .map((number): Change => ({
        do: 'create',
        key: PRODUCTS,
        id: idOfProduct(number),
        body: madeUpProduct(number),
      }));
    await store.write(changes);
    yield batch.length;
  }
}

/**
 * Puts customers and their orders into the store, as many orders as are wanted; those that are there stay as
 * they are.
 *
 * @param products - how many products there are to be ordered
 * @returns after each customer, how many orders it has
 */
export async function* fillOrders(store: Store, wanted: number, products: number): AsyncGenerator<number> {
  const customers = await customersIn(store);
  for (let who = 0; who < Math.min(wanted, MOST_CUSTOMERS); who += 1) {
    const own = numbers(who, MOST_CUSTOMERS, wanted);
    const known = customers.get(madeUpCustomer(who).email);
    await store.transaction(async (transaction) => {
      const customer = known ?? (await createCustomer(transaction, who));
      const place: CollectionKey = { collection: 'customers/orders', parentIds: [customer] };
      const there = await idsIn(transaction, place);
      const changes = own
        .filter((number) => !there.has(idOfOrder(number)))
        .map((number): Change => ({
          do: 'create',
          key: place,
          id: idOfOrder(number),
          body: madeUpOrder(number, products),
        }));
      await transaction.write(changes);
    });
    yield own.length;
  }
}

/** The ids of the customers that there are, by their e-mail addresses: no two have the same. */
async function customersIn(store: Store): Promise<ReadonlyMap<unknown, string>> {
  const ids = new Map<unknown, string>();
  for await (const { id, body } of store.iterate(CUSTOMERS)) ids.set(body['email'], id);
  return ids;
}

async function createCustomer(transaction: Transaction, number: number): Promise<string> {
  const [written] = await transaction.write([{ do: 'create', key: CUSTOMERS, body: madeUpCustomer(number) }]);
  if (written === undefined) throw new Error('the store created a customer, and has none');
  return written.id;
}

async function idsIn(reader: Reader, place: CollectionKey): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const ids of reader.ids(place)) for (const id of ids) found.add(id);
  return found;
}

function numbers(first: number, step: number, end: number): readonly number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
}
