import { Catalog, Entity, MemoryStore, View, shoji } from '../../dist/lib/index.js';
import type { Api, CatalogClass, ViewRequest } from '../../dist/lib/index.js';
import {
  DESCRIPTION,
  FRAGMENTS,
  PAGE_SIZE,
  TITLE,
  VIEWS,
  WRITTEN,
  catalogName,
  idsOf,
  userOf,
} from './users.js';
import type { AppSpec } from './users.js';

/** How many users are written at once. */
const BATCH = 1000;

const BODY = {
  type: 'object',
  properties: {
    first_name: { type: 'string', minLength: 1 },
    last_name: { type: 'string', minLength: 1 },
    sold_count: { type: 'integer', minimum: 0 },
    last_modified: { type: 'string' },
  },
  required: ['first_name', 'last_name', 'sold_count', 'last_modified'],
  additionalProperties: false,
} as const;

/** koa-shoji's API of users, as its own documentation would have it written. */
export async function usersApi(spec: AppSpec): Promise<Api> {
  const names = Array.from({ length: spec.classes }, (_, index) => catalogName(index));
  const store = spec.store === 'memory' ? new MemoryStore({ now: () => WRITTEN }) : spec.store;
  const api = shoji(
    names.map((name) => usersClass(name, spec.paged)),
    { store },
  );
  await api.start();
  const ids = idsOf(spec);
  for (const catalog of names) {
    for (let first = 0; first < ids.length; first += BATCH) {
      const place = { collection: catalog, parentIds: [] };
      const batch = ids.slice(first, first + BATCH);
      await api.store.write(
        batch.map((id) => ({ do: 'create', key: place, id: String(id), body: userOf(id) }) as const),
      );
    }
  }
  return api;
}

function usersClass(name: string, paged: boolean): CatalogClass {
  class User extends Entity.of({ body: BODY }) {
    static fragments() {
      return FRAGMENTS;
    }
  }

  class SoldCounts extends View.of({
    iri: VIEWS['Sold Counts'],
    query: { type: 'object', properties: { min: { type: 'integer' } } } as const,
  }) {
    async value({ query, catalog }: ViewRequest<typeof SoldCounts, Users>) {
      const { min = 0 } = query;
      const counts: number[] = [];
      for await (const { body } of catalog.collection.all()) {
        if (body.sold_count >= min) counts.push(body.sold_count);
      }
      return counts;
    }
  }

  class Users extends Catalog.of(User, {
    iri: `${name}/`,
    title: TITLE,
    description: DESCRIPTION,
    ids: 'integer',
  }) {
    static views() {
      return { 'Sold Counts': SoldCounts };
    }
  }
  if (paged) Object.assign(Users, { page: PAGE_SIZE });
  return Users;
}
