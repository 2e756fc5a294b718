import type { Store } from 'koa-shoji';

/** When the seed is said to have been written: the date in the draft's own example. */
export const SEEDED = new Date('2003-12-13T18:30:02Z');

const USERS = { collection: 'users', parentIds: [] };
const BILLS = { collection: 'users/bills', parentIds: [] };

/** How many users there are with ids from 1 up, and the two that the draft names besides. */
const RUNNING_IDS = 120;
const FURTHER_IDS = [9843, 88374];

const FIRST_NAMES = 'Aiko Berit Carla Dmitri Elena Farid Grace Hugo Ines Jonas Kemal Lucia Marta'.split(' ');
const LAST_NAMES = 'Adler Brandt Costa Dvorak Eriksen Fontana Grant Haddad Ito Jensen Kowalski'.split(' ');

/** A point in time as the draft's entities write it: `2003-12-13 18:30:02Z`. */
export function timestamp(date: Date): string {
  return date.toISOString().replace('T', ' ').replace(/\.\d+/, '');
}

/** Fills an empty store with users and bills, the same ones every time; leaves any other as it is. */
export async function seed(store: Store): Promise<void> {
  const ids = [...Array.from({ length: RUNNING_IDS }, (_, index) => index + 1), ...FURTHER_IDS];
  const sellers = ids.map((id) => ({ do: 'create', key: USERS, id: String(id), body: userOf(id) }) as const);
  const billed = ids.filter((id) => id % 10 === 0);
  const bills = billed.map((id) => ({ do: 'create', key: BILLS, body: billOf(id) }) as const);
  // One transaction, for several servers may start on one empty database.
  await store.transaction(async (transaction) => {
    if ((await transaction.count(USERS)) === 0) await transaction.write([...sellers, ...bills]);
  });
}

function userOf(id: number) {
  const last_modified = timestamp(SEEDED);
  if (id === 1) return { first_name: 'Katsuhiro', last_name: 'Shoji', sold_count: 387, last_modified };
  return {
    first_name: pick(FIRST_NAMES, id),
    last_name: pick(LAST_NAMES, id),
    // Every third user is one who has not sold anything yet.
    sold_count: id % 3 === 0 ? 0 : scatter(id) % 20_000,
    last_modified,
  };
}

function billOf(id: number) {
  return { user: `../../${id}/`, amount: (1 + (scatter(id) % 10_000)) / 100, paid: id % 20 === 0 };
}

/** The lists' lengths have no common divisor, so that no name comes twice among the running ids. */
function pick(names: readonly string[], id: number): string {
  return names[id % names.length] ?? '';
}

/** Maps neighbouring ids to numbers far apart: one step of a linear congruential generator. */
function scatter(id: number): number {
  return (id * 48_271) % 2_147_483_647;
}
