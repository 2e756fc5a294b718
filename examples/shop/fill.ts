// Fills the shop with 10,000 products, 1,000 customers and 100,000 orders: `npm run seed`, with STORE to fill
// another store than shop.db. What is there already stays; it can be stopped and begun again.
import { SingleBar } from 'cli-progress';
import type { Place, Store } from 'koa-shoji';
import { openShop } from './open.js';

const CUSTOMERS = 1000;
/** How many changes are written as one. */
const BATCH = 500;

const PRODUCTS: Place = { catalog: 'products', within: [] };
const KINDS = [
  ['tea', ['Sencha', 'Genmaicha', 'Hojicha', 'Matcha', 'Gyokuro', 'Bancha', 'Oolong']],
  ['cups', ['Yunomi', 'Chawan', 'Guinomi']],
  ['pots', ['Kyusu', 'Tetsubin', 'Hohin']],
] as const;

const STATES = ['placed', 'paid', 'shipped'];

/** What stands in the catalogs, by number: the same each time, so that a fill that was stopped can go on. */
function product(number: number) {
  const [category, names] = KINDS[number % KINDS.length] ?? KINDS[0];
  const name = `${names[number % names.length]} no. ${number}`;
  return { name, category, price: priceOf(number) };
}

function priceOf(number: number): number {
  return 300 + ((number * 7919) % 9700);
}

function order(number: number, products: number) {
  const items = Array.from({ length: 1 + (number % 3) }, (_, line) => ({
    product: idOf((number * 31 + line * 17) % products),
    quantity: 1 + ((number + line) % 4),
  }));
  const prices = Object.fromEntries(
    items.map((item) => [item.product, priceOf(Number(item.product.slice(1)))]),
  );
  const total = items.reduce((sum, item) => sum + item.quantity * (prices[item.product] ?? 0), 0);
  const placed = new Date(Date.UTC(2023, 0, 1) + number * 600_000).toISOString();
  return { items, prices, total, placed, status: STATES[number % 3] ?? 'placed' };
}

function idOf(number: number): string {
  return `p${String(number).padStart(6, '0')}`;
}

async function fillProducts(store: Store, wanted: number, bar: SingleBar): Promise<void> {
  for (let first = 0; first < wanted; first += BATCH) {
    const numbers = range(first, Math.min(first + BATCH, wanted));
    // One that is there was written with all the others of its batch.
    if ((await store.get(PRODUCTS, idOf(first))) === undefined) {
      await store.write(
        numbers.map((number) => ({ do: 'create', place: PRODUCTS, id: idOf(number), body: product(number) })),
      );
    }
    bar.increment(numbers.length);
  }
}

async function fillOrders(store: Store, wanted: number, products: number, bar: SingleBar): Promise<void> {
  const customers: Place = { catalog: 'customers', within: [] };
  const each = Math.ceil(wanted / CUSTOMERS);
  for (const number of range(0, CUSTOMERS)) {
    const id = String(1001 + number);
    const place: Place = { catalog: 'customers/orders', within: [id] };
    const own = range(number * each, Math.min((number + 1) * each, wanted));
    if ((await store.get(customers, id)) === undefined) {
      await store.write([
        {
          do: 'create',
          place: customers,
          id,
          body: { name: `Customer ${number}`, email: `customer-${number}@example.org` },
        },
        ...own.map((o) => ({ do: 'create', place, body: order(o, products) }) as const),
      ]);
    }
    bar.increment(own.length);
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
}

const { PRODUCTS: products = '10000', ORDERS: orders = '100000', STORE = 'shop.db' } = process.env;
const { api } = await openShop(STORE);
const bar = new SingleBar({
  format: '{what} {bar} {value}/{total}, {eta_formatted} left',
  stream: process.stderr,
  noTTYOutput: true,
  notTTYSchedule: 5000,
});
try {
  bar.start(Number(products), 0, { what: 'products' });
  await fillProducts(api.store, Number(products), bar);
  bar.stop();
  bar.start(Number(orders), 0, { what: 'orders' });
  await fillOrders(api.store, Number(orders), Number(products), bar);
} finally {
  bar.stop();
  await api.stop();
}
console.log(
  `The shop has ${products} more products and ${orders} more orders, in ${STORE.replace(/:[^:@/]*@/, ':…@')}.`,
);
