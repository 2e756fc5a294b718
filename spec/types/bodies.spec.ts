import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, MemoryStore, View, shoji } from '../../lib/index.js';
import type { BodyOf, QueryOf, ViewRequest } from '../../lib/index.js';

class User extends Entity.of({
  body: Type.Object({ name: Type.String(), count: Type.Optional(Type.Integer()) }),
}) {}

class Plain extends Entity.of({
  body: {
    type: 'object',
    properties: { name: { type: 'string' }, count: { type: 'integer' } },
    required: ['name'],
  } as const,
}) {}

class Users extends Catalog.of(User, {
  iri: 'users/',
  ids: 'integer',
  query: Type.Object({ count: Type.Optional(Type.Integer()) }),
}) {
  async *list(query: QueryOf<typeof Users>) {
    const count: number | undefined = query.count;
    for await (const user of this.collection.all()) {
      const name: string = user.body.name;
      // @ts-expect-error: a number
      const wrong: string | undefined = user.body.count;
      assert.ok(wrong === undefined || typeof wrong === 'number');
      if (name !== '' && (count === undefined || user.body.count === count)) yield user;
    }
  }

  async create(body: BodyOf<typeof User>) {
    // @ts-expect-error: the schema has no such member
    assert.equal(body.nmae, undefined);
    return this.collection.create({ ...body, name: body.name.trim() });
  }
}

describe('types: bodies', () => {
  it('are inferred from TypeBox', () => {
    const body: BodyOf<typeof User> = { name: 'a' };
    const name: string = body.name;
    // @ts-expect-error: a string
    const wrong: BodyOf<typeof User> = { name: 5 };
    // @ts-expect-error: required
    const missing: BodyOf<typeof User> = {};
    assert.ok(name === 'a' && wrong !== missing);
  });

  it('are inferred from a plain JSON Schema', () => {
    const body: BodyOf<typeof Plain> = { name: 'a', count: 1 };
    // @ts-expect-error: a string
    const wrong: BodyOf<typeof Plain> = { name: 5 };
    assert.notDeepEqual(body, wrong);
  });

  it('type what a catalog keeps', async () => {
    const api = shoji([Users], { store: new MemoryStore() });
    await api.start();
    const users = new Users({ params: {} } as never, undefined as never);
    assert.ok(users instanceof Catalog);
    const use = async ({ collection }: Users) => {
      await collection.create({ name: 'a' });
      // @ts-expect-error: name is a string
      await collection.create({ name: 5 });
      // @ts-expect-error: name is required
      await collection.replace('1', {});
      const found = await collection.get('1');
      const name: string | undefined = found?.body.name;
      return name;
    };
    assert.equal(typeof use, 'function');
    await api.stop();
  });

  it('type the methods that a class overrides', () => {
    class WrongRead extends Catalog.of(User, { iri: 'users/' }) {
      // @ts-expect-error: the body's name is a string
      read() {
        return { body: { name: 5 } };
      }
    }
    class WrongCreate extends Catalog.of(User, { iri: 'users/' }) {
      // @ts-expect-error: what is created has an id
      async create() {
        return { body: { name: 'a' } };
      }
    }
    class WrongReplace extends Catalog.of(User, { iri: 'users/' }) {
      // @ts-expect-error: the body is no string
      replace(_id: string, body: string) {
        return { body: { name: body } };
      }
    }
    class WrongList extends Catalog.of(User, { iri: 'users/' }) {
      // @ts-expect-error: ids are strings
      list() {
        return [1, 2];
      }
    }
    for (const wrong of [WrongRead, WrongCreate, WrongReplace, WrongList])
      assert.ok(wrong.prototype instanceof Catalog);
  });
});

describe('types: queries', () => {
  class Counts extends View.of({
    iri: 'counts{?min,tags}',
    query: Type.Object({
      min: Type.Optional(Type.Integer()),
      tags: Type.Optional(Type.Array(Type.String())),
    }),
  }) {
    value({ query, catalog }: ViewRequest<typeof Counts, Users>) {
      const min: number = query.min ?? 0;
      // @ts-expect-error: a list
      const wrong: string | undefined = query.tags;
      // @ts-expect-error: no variable
      assert.equal(query.max, undefined);
      // @ts-expect-error: the entities are users
      void catalog.collection.create({ nmae: 'a' });
      return [min, wrong];
    }
  }

  it('are inferred from the schema', () => {
    const query: QueryOf<typeof Counts> = { min: 5, tags: ['a'] };
    // @ts-expect-error: a number
    const wrong: QueryOf<typeof Counts> = { min: '5' };
    assert.notDeepEqual(query, wrong);
    assert.ok(Counts.prototype instanceof View);
  });

  it('are unknown values where there is no schema', () => {
    const query: QueryOf<typeof Bare> = { anything: 5 };
    assert.equal(query['anything'], 5);
  });
});

class Bare extends View.of({ iri: 'bare' }) {
  value() {
    return 1;
  }
}
