// The API that the Shoji draft describes: users, their bills, and who of them sells.
// `npm start` serves it out of memory; the environment's STORE names another place to keep it in.
import { Catalog, Entity, MemoryStore, View, shoji } from 'koa-shoji';
import type { BodyOf, QueryOf, ViewRequest, WriteOptions } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';
import { SEEDED, seed, timestamp } from './seed.js';

class User extends Entity.of({
  body: Type.Object({
    first_name: Type.String({ minLength: 1 }),
    last_name: Type.String({ minLength: 1 }),
    sold_count: Type.Integer({ minimum: 0 }),
    last_modified: Type.Optional(Type.String({ readOnly: true })),
  }),
  fragments: { 'first name': 'first_name', 'last name': 'last_name', 'sold count': 'sold_count' },
}) {}

/** A bill's `user` is the IRI of who is billed, relative to the bill. */
class Bill extends Entity.of({
  body: Type.Object({ user: Type.String(), amount: Type.Number(), paid: Type.Boolean() }),
}) {}

class Bills extends Catalog.of(Bill, { iri: 'bills/', title: 'Bills Catalog', ids: 'integer' }) {}

class Sellers extends Catalog.of(User, {
  iri: 'sellers/',
  title: 'Sellers Catalog',
  entities: '../{id}/',
  query: Type.Object({ sold_count: Type.Optional(Type.Integer({ minimum: 0 })) }),
}) {
  async *list(query: QueryOf<typeof Sellers>) {
    for await (const user of this.collection.search(query)) if (user.body.sold_count > 0) yield user;
  }
}

class SoldCounts extends View.of({ iri: 'sold_counts' }) {
  async value({ catalog }: ViewRequest<typeof SoldCounts, Users>) {
    const counts: number[] = [];
    for await (const { body } of catalog.collection.all()) counts.push(body.sold_count);
    return counts.filter((count) => count > 0);
  }
}

export class Users extends Catalog.of(User, {
  iri: 'users/',
  title: 'Users Catalog',
  description: 'The set of user entities for this application.',
  ids: 'integer',
}) {
  static catalogs() {
    return { bills: Bills, sellers: Sellers, 'sellers by sold count': 'sellers/{?sold_count}' };
  }
  static views() {
    return { 'Sold Counts': SoldCounts };
  }

  create(user: BodyOf<typeof User>) {
    return this.collection.create({ ...user, last_modified: timestamp(new Date()) });
  }

  replace(id: string, user: BodyOf<typeof User>, options?: WriteOptions) {
    return this.collection.replace(id, { ...user, last_modified: timestamp(new Date()) }, options);
  }
}

// The clock stands still while the seed is written, so that the API looks the same at every start.
let now = () => SEEDED;
const store = process.env.STORE ?? new MemoryStore({ now: () => now() });

const api = shoji([Users], { store });
await api.start();
await seed(api.store);
now = () => new Date();

export default api;
