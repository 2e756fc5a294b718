import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import type { Api, EntityRecord, QueryOf, ShojiOptions, ViewRequest } from '../../lib/index.js';

/** What the shop's clock says whenever a customer is made. */
export const CREATED = '2024-02-29T12:00:00Z';

/** An API with one of everything, and a store of its own. */
export function shop(options: ShojiOptions = {}): Api {
  let settings: unknown = null;

  class Order extends Entity {
    static override iri = '{order}/';
    static override body = Type.Object({ item: Type.String(), quantity: Type.Integer({ minimum: 1 }) });
    static override fragments = { item: 'item' };
  }

  class Orders extends Catalog<typeof Order> {
    static override iri = 'orders/';
    static override entity = Order;
    static override ids = 'integer';
  }

  class Initials extends View {
    static override iri = 'initials';

    override value({ entity: owner }: ViewRequest) {
      return (owner as EntityRecord<{ name: string }>).body.name.slice(0, 1);
    }
  }

  class Customer extends Entity {
    static override title = 'Customer';
    static override body = Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        nickname: Type.Optional(Type.String()),
        visits: Type.Integer({ minimum: 0 }),
        anything: Type.Optional(Type.Unknown()),
        created: Type.Optional(Type.String({ readOnly: true })),
      },
      { additionalProperties: false },
    );
    static override fragments = {
      'display name': 'name',
      nickname: 'nickname',
      visits: 'visits',
      anything: 'anything',
      'created on': 'created',
    };
    static override catalogs = { orders: Orders };
    static override views = { initials: Initials };
  }

  class Visits extends View {
    static override iri = 'visits{?limit,above}';
    static override query = Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      above: Type.Optional(Type.Array(Type.Integer())),
    });

    override async value({ catalog, query }: ViewRequest<typeof Visits, Customers>) {
      const visits: number[] = [];
      for await (const { body } of catalog.collection.all()) visits.push(body.visits);
      return visits
        .filter((count) => (query.above ?? []).every((bound) => count > bound))
        .slice(0, query.limit);
    }
  }

  class Settings extends View {
    static override iri = 'settings';
    static override schema = Type.Unknown();

    override value() {
      return settings;
    }

    override replace(value: unknown) {
      settings = value;
    }
  }

  class Theme extends View {
    static override iri = 'theme';
    static override schema = Type.Object({ colour: Type.String() });

    override value() {
      return { colour: 'red' };
    }

    override replace(value: unknown) {
      return value;
    }
  }

  class Frequent extends Catalog<typeof Customer> {
    static override iri = 'frequent/';
    static override entity = '../{id}/';
    static override query = Type.Object({ visits: Type.Optional(Type.Integer({ minimum: 0 })) });

    override list(query: QueryOf<typeof Frequent>) {
      return this.collection.search(query);
    }
  }

  class Customers extends Catalog<typeof Customer> {
    static override iri = 'customers/';
    static override title = 'Customers';
    static override entity = Customer;
    static override ids = 'integer';
    static override catalogs = { frequent: Frequent };
    static override views = { visits: Visits, settings: Settings, theme: Theme };

    override create(body: { name: string; visits: number }) {
      return super.create({ ...body, created: CREATED });
    }
  }

  class Country extends Entity {
    static override iri = '{code}/';
    static override body = Type.Object({ name: Type.String() });
  }

  class Countries extends Catalog<typeof Country> {
    static override iri = 'countries/';
    static override entity = Country;
    static override ids = 'client';
  }

  return shoji([Customers, Countries], options);
}

/** An entity document with this body. */
export function entity(body: unknown): { element: 'shoji:entity'; body: unknown } {
  return { element: 'shoji:entity', body };
}

/** A body that the shop's customers may have. */
export const ADA = { name: 'Ada', visits: 3 };
