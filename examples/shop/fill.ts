// Fills the shop with made-up products, customers and orders: `npm run seed`.
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { fillOrders, fillProducts } from './filling.js';
import { openShop } from './open.js';

const HELP = `Usage: npm run seed -- [options]

Fills the shop with made-up products, and with orders of up to 1,000 customers. What is there already stays as
it is, and is counted in: it can be stopped (Ctrl-C) and begun again.

Options:
  --products NUMBER   how many products (default: 10000)
  --orders NUMBER     how many orders (default: 100000)
  --help              show this

The environment's STORE names what is filled: a file such as shop.db, which is the default, or the URL of a
PostgreSQL database, such as postgres://user@host/database.
`;

/** A command line that cannot be followed. */
class UsageError extends Error {}

interface Wanted {
  readonly products: number;
  readonly orders: number;
}

/** @returns undefined where help is asked for */
function wantedBy(args: readonly string[]): Wanted | undefined {
  const { help, products, orders } = parsed(args);
  if (help === true) return undefined;
  return { products: numberOf('--products', products, 1), orders: numberOf('--orders', orders, 0) };
}

function parsed(args: readonly string[]) {
  const options = {
    products: { type: 'string', default: '10000' },
    orders: { type: 'string', default: '100000' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Ids of products have six digits; a million orders go back to 2006. */
const MOST = 1_000_000;

function numberOf(option: string, text: string, least: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= MOST) return Number(text);
  throw new UsageError(`${option} is "${text}"; write a whole number from ${least} to ${MOST}`);
}

/** @returns whether it was done to its end */
async function fill(name: string, { products, orders }: Wanted): Promise<boolean> {
  if (name === 'memory')
    throw new Error('what is in memory is gone when this command ends; name a file or a database');
  let stopped = false;
  process.once('SIGINT', () => (stopped = true));
  const { api } = await openShop(name);
  try {
    for (const [what, total, steps] of [
      ['products', products, fillProducts(api.store, products)],
      ['orders', orders, fillOrders(api.store, orders, products)],
    ] as const) {
      const bar = barFor(what);
      bar.start(total, 0);
      try {
        for await (const done of steps) {
          bar.increment(done);
          if (stopped) return false;
        }
      } finally {
        bar.stop();
      }
    }
    return true;
  } finally {
    await api.stop();
  }
}

/** A bar on a terminal; elsewhere, such as in a log, a line every five seconds. */
function barFor(what: string): SingleBar {
  const progress = `{value}/{total} ${what}`;
  return new SingleBar({
    format: process.stderr.isTTY ? `{bar} ${progress}, {eta_formatted} left` : progress,
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    // A signal is to stop between two batches, not in the middle of one.
    gracefulExit: false,
  });
}

async function main(args: readonly string[], name: string): Promise<number> {
  try {
    const wanted = wantedBy(args);
    if (wanted === undefined) {
      process.stdout.write(HELP);
      return 0;
    }
    if (!(await fill(name, wanted))) {
      console.error('Stopped; run it again to go on.');
      return 130;
    }
    // The URL of a database may hold a password.
    const where = name.includes('://') ? 'the database' : name;
    console.log(`${wanted.products} more products and ${wanted.orders} more orders are in ${where}.`);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`seed: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2), process.env.STORE ?? 'shop.db');
