// What the shop is filled with, by number: the same each time, so that filling it can be stopped and gone on with.
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const WARES = [
  ['tea', ['Sencha', 'Genmaicha', 'Hojicha', 'Matcha', 'Gyokuro', 'Bancha', 'Oolong']],
  ['cups', ['Yunomi', 'Chawan', 'Guinomi']],
  ['pots', ['Kyusu', 'Tetsubin', 'Hohin']],
] as const;

const STATES = ['placed', 'paid', 'shipped'] as const;

/** When the latest order was placed; each of the others ten minutes before the one with the next lower number. */
const LATEST = Date.UTC(2025, 10, 1);
const TEN_MINUTES = 600_000;

export function idOfProduct(number: number): string {
  return `p${String(number).padStart(6, '0')}`;
}

export function madeUpProduct(number: number) {
  const [category, names] = WARES[number % WARES.length] ?? WARES[0];
  return { name: `${names[number % names.length]} no. ${number}`, category, price: priceOf(number) };
}

export function madeUpCustomer(number: number) {
  return { name: `Customer no. ${number}`, email: `customer-${number}@example.org` };
}

/** A UUID of version 7 of the time when the order was placed, as the store would have given it then. */
export function idOfOrder(number: number): string {
  const random = createHash('sha256').update(`order ${number}`).digest().subarray(0, 16);
  return uuidv7({ msecs: placedAt(number), seq: 0, random });
}

/** @param products - how many products there are to be ordered */
export function madeUpOrder(number: number, products: number) {
  const lines = Array.from({ length: 1 + (number % 3) }, (_, line) => (number * 31 + line * 17) % products);
  const ordered = Array.from(new Set(lines), (ware) => ({
    product: idOfProduct(ware),
    quantity: 1 + ((number + ware) % 4),
    price: priceOf(ware),
  }));
  return {
    items: ordered.map(({ product, quantity }) => ({ product, quantity })),
    prices: Object.fromEntries(ordered.map(({ product, price }) => [product, price])),
    total: ordered.reduce((sum, { quantity, price }) => sum + quantity * price, 0),
    placed: new Date(placedAt(number)).toISOString(),
    status: STATES[number % STATES.length] ?? 'placed',
  };
}

function priceOf(ware: number): number {
  return 300 + ((ware * 7919) % 9700);
}

function placedAt(number: number): number {
  return LATEST - number * TEN_MINUTES;
}
