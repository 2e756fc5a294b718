import type { Change, Store } from 'koa-shoji/store';

const PRODUCTS = { collection: 'products', parentIds: [] };
const CUSTOMERS = { collection: 'customers', parentIds: [] };
const SETTINGS = { collection: 'settings', parentIds: [] };

/**
 * Fills an empty store with what the shop sells, its first customers, and what they have ordered; leaves any other
 * as it is. It is one transaction, for several servers may start on one empty database.
 */
export async function seed(store: Store): Promise<void> {
  await store.transaction(async (transaction) => {
    // Of all that is written here, nobody can remove the settings.
    if ((await transaction.count(SETTINGS)) === 0) await transaction.write(FIRST);
  });
}

const FIRST: readonly Change[] = [
  { do: 'create', key: PRODUCTS, id: 'sencha', body: { name: 'Sencha', category: 'tea', price: 1250 } },
  {
    do: 'create',
    key: PRODUCTS,
    id: 'genmaicha',
    body: { name: 'Genmaicha', category: 'tea', price: 890 },
  },
  { do: 'create', key: PRODUCTS, id: 'matcha', body: { name: 'Matcha', category: 'tea', price: 2990 } },
  { do: 'create', key: PRODUCTS, id: 'yunomi', body: { name: 'Yunomi', category: 'cups', price: 1800 } },
  { do: 'create', key: PRODUCTS, id: 'kyusu', body: { name: 'Kyusu', category: 'pots', price: 6400 } },
  { do: 'create', key: CUSTOMERS, id: '1', body: { name: 'Ada Adler', email: 'ada@example.org' } },
  { do: 'create', key: CUSTOMERS, id: '2', body: { name: 'Ben Brandt', email: 'ben@example.org' } },
  { do: 'create', key: CUSTOMERS, id: '3', body: { name: 'Cleo Costa', email: 'cleo@example.org' } },
  {
    do: 'create',
    key: SETTINGS,
    id: 'opening_hours',
    body: {
      value: {
        weekdays: { opens: '09:00', closes: '18:30' },
        saturday: { opens: '10:00', closes: '16:00' },
      },
    },
  },
  ordered('1', '2025-11-03T09:12:00Z', 'shipped', [
    ['sencha', 2, 1250],
    ['yunomi', 1, 1800],
  ]),
  ordered('1', '2025-12-10T16:40:00Z', 'paid', [['matcha', 1, 2990]]),
  ordered('2', '2025-12-12T11:05:00Z', 'placed', [
    ['kyusu', 1, 6400],
    ['genmaicha', 3, 890],
  ]),
];

type SoldLine = readonly [product: string, quantity: number, price: number];

function ordered(customer: string, placed: string, status: string, lines: readonly SoldLine[]): Change {
  return {
    do: 'create',
    key: { collection: 'customers/orders', parentIds: [customer] },
    body: {
      items: lines.map(([product, quantity]) => ({ product, quantity })),
      placed,
      status,
      prices: Object.fromEntries(lines.map(([product, , price]) => [product, price])),
      total: lines.reduce((total, [, quantity, price]) => total + quantity * price, 0),
    },
  };
}
