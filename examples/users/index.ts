import { Catalog, Entity, View, shoji } from 'koa-shoji';
import type { QueryOf, ViewRequest } from 'koa-shoji';
import { Type } from 'typebox';

class User extends Entity {
  static override body = Type.Object({
    first_name: Type.String({ minLength: 1 }),
    last_name: Type.String({ minLength: 1 }),
    sold_count: Type.Integer({ minimum: 0 }),
    last_modified: Type.Optional(Type.String({ readOnly: true })),
  });
  static override fragments = { 'first name': 'first_name', 'last name': 'last_name', 'sold count': 'sold_count' };
}

class Bill extends Entity {
  static override body = Type.Object({
    user: Type.String({ description: 'IRI of the user who is billed.' }),
    amount: Type.Number({ exclusiveMinimum: 0 }),
    paid: Type.Boolean({ default: false }),
  });
  static override fragments = { paid: 'paid' };
}

class Bills extends Catalog<typeof Bill> {
  static override iri = 'bills/';
  static override title = 'Bills Catalog';
  static override entity = Bill;
}

class Sellers extends Catalog<typeof User> {
  static override iri = 'sellers/';
  static override title = 'Sellers Catalog';
  static override entity = '../{id}/';
  static override query = Type.Object({ sold_count: Type.Optional(Type.Integer({ minimum: 0 })) });

  override async *list(query: QueryOf<typeof Sellers>) {
    for await (const user of this.collection.search(query)) if (user.body.sold_count > 0) yield user;
  }
}

class SoldCounts extends View {
  static override iri = 'sold_counts';

  override async value({ catalog }: ViewRequest<typeof SoldCounts, Users>) {
    const counts: number[] = [];
    for await (const user of catalog.collection.all()) if (user.body.sold_count > 0) counts.push(user.body.sold_count);
    return counts;
  }
}

export class Users extends Catalog<typeof User> {
  static override iri = 'users/';
  static override title = 'Users Catalog';
  static override description = 'The set of user entities for this application.';
  static override entity = User;
  static override ids = 'integer';
  static override catalogs = { bills: Bills, sellers: Sellers, 'sellers by sold count': 'sellers/{?sold_count}' };
  static override views = { 'Sold Counts': SoldCounts };
}

const api = shoji([Users], { store: 'memory' });
export default api;
