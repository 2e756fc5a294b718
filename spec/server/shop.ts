import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import type { Api, EntityRecord, QueryOf, ShojiOptions, ViewRequest } from '../../lib/index.js';

/** What the shop's clock says whenever a customer is made. */
export const CREATED = '2024-02-29T12:00:00Z';

/** An API with one of everything, and a store of its own. */
export function shop(options: ShojiOptions = {}): Api {
  let settings: unknown = null;

  class Order extends Entity.of({
    iri: '{order}/',
    body: Type.Object({ item: Type.String(), quantity: Type.Integer({ minimum: 1 }) }),
    fragments: { item: 'item' },
  }) {}

  class Orders extends Catalog.of(Order, { iri: 'orders/', ids: 'integer' }) {}

  class Initials extends View.of({ iri: 'initials' }) {
    override value({ entity: owner }: ViewRequest) {
      return (owner as EntityRecord<{ name: string }>).body.name.slice(0, 1);
    }
  }

  class Customer extends Entity.of({
    title: 'Customer',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        nickname: Type.Optional(Type.String()),
        visits: Type.Integer({ minimum: 0 }),
        anything: Type.Optional(Type.Unknown()),
        created: Type.Optional(Type.String({ readOnly: true })),
      },
      { additionalProperties: false },
    ),
    fragments: {
      'display name': 'name',
      nickname: 'nickname',
      visits: 'visits',
      anything: 'anything',
      'created on': 'created',
    },
  }) {
    static override catalogs() {
      return { orders: Orders };
    }
    static override views() {
      return { initials: Initials };
    }
  }

  class Visits extends View.of({
    iri: 'visits{?limit,above}',
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      above: Type.Optional(Type.Array(Type.Integer())),
    }),
  }) {
    override async value({ catalog, query }: ViewRequest<typeof Visits, Customers>) {
      const visits: number[] = [];
      for await (const { body } of catalog.collection.all()) visits.push(body.visits);
      return visits
        .filter((count) => (query.above ?? []).every((bound) => count > bound))
        .slice(0, query.limit);
    }
  }

  class Settings extends View.of({ iri: 'settings', schema: Type.Unknown() }) {
    override value() {
      return settings;
    }

    override replace(value: unknown) {
      settings = value;
    }
  }

  class Theme extends View.of({ iri: 'theme', schema: Type.Object({ colour: Type.String() }) }) {
    override value() {
      return { colour: 'red' };
    }

    override replace(value: unknown) {
      return value;
    }
  }

  class Frequent extends Catalog.of(Customer, {
    iri: 'frequent/',
    entities: '../{id}/',
    query: Type.Object({ visits: Type.Optional(Type.Integer({ minimum: 0 })) }),
  }) {
    override list(query: QueryOf<typeof Frequent>) {
      return this.collection.search(query);
    }
  }

  class Customers extends Catalog.of(Customer, { iri: 'customers/', title: 'Customers', ids: 'integer' }) {
    static override catalogs() {
      return { frequent: Frequent };
    }
    static override views() {
      return { visits: Visits, settings: Settings, theme: Theme };
    }

    override create(body: { name: string; visits: number }) {
      return super.create({ ...body, created: CREATED });
    }
  }

  class Country extends Entity.of({ iri: '{code}/', body: Type.Object({ name: Type.String() }) }) {}

  class Countries extends Catalog.of(Country, { iri: 'countries/', ids: 'client' }) {}

  return shoji([Customers, Countries], options);
}

/** An entity document with this body. */
export function entity(body: unknown): { element: 'shoji:entity'; body: unknown } {
  return { element: 'shoji:entity', body };
}

/** A body that the shop's customers may have. */
export const ADA = { name: 'Ada', visits: 3 };
