import assert from 'node:assert/strict';
import type { JsonObject } from '../protocol/documents.js';
import { create, replace, things, timeOf } from './fixtures.js';
import type { Draws, Test } from './fixtures.js';
import { repeat } from './random.js';

export function bodies(test: Test, { runs, seed }: Draws): void {
  test('gives an entity as it was created, and its text', async (store) => {
    const created = await create(store, things, { name: 'Zoë', tags: ['a', { b: null }] });
    assert.deepEqual(created.body, { name: 'Zoë', tags: ['a', { b: null }] });
    assert.deepEqual(JSON.parse(created.text), created.body);
    const kept = await store.get(things, created.id);
    assert.ok(kept);
    const { id, version, updated, body } = kept;
    assert.deepEqual([id, version, updated], [created.id, created.version, created.updated]);
    assert.deepEqual(body, created.body);
    assert.deepEqual(JSON.parse(kept.text), created.body);
  });

  test('gives an entity as it was replaced, and its text', async (store) => {
    const { id } = await create(store, things, { a: 1 });
    const replaced = await replace(store, things, id, { b: 2 });
    const kept = await store.get(things, id);
    assert.deepEqual(kept?.body, { b: 2 });
    assert.equal(kept.version, replaced.version);
    assert.deepEqual(JSON.parse(kept.text), { b: 2 });
  });

  test('keeps any JSON as it is', async (store) => {
    await repeat(
      runs,
      async (random) => {
        const given = JSON.stringify({ value: random.json() });
        const { id } = await create(store, things, parse(given));
        const kept = await store.get(things, id);
        assert.deepEqual(kept?.body, parse(given));
        assert.deepEqual(JSON.parse(kept.text), parse(given));
      },
      seed,
    );
  });

  test('keeps a body of a megabyte', async (store) => {
    const body = { text: 'é'.repeat(524_288) };
    const { id } = await create(store, things, body);
    assert.deepEqual((await store.get(things, id))?.body, body);
  });

  test('does not change with the body object that it was given', async (store) => {
    const inner = { a: 1 };
    const { id } = await create(store, things, { inner });
    inner.a = 2;
    assert.deepEqual((await store.get(things, id))?.body, { inner: { a: 1 } });
  });

  test('does not change with the entity object that it gave', async (store) => {
    const created = await create(store, things, { list: [1], inner: { a: 1 } });
    const { id } = created;
    const time = timeOf(created);
    const given = await store.get(things, id);
    assert.ok(given);
    // A store that freezes what it gives refuses these; one that parses anew ignores them.
    Reflect.set(given.body, 'list', []);
    Reflect.set(Object(given.body['list']), 0, 2);
    Reflect.set(Object(given.body['inner']), 'a', 2);
    Reflect.set(given, 'version', 'x');
    given.updated?.setTime(0);
    const kept = await store.get(things, id);
    assert.deepEqual(kept?.body, { list: [1], inner: { a: 1 } });
    assert.notEqual(kept.version, 'x');
    assert.equal(timeOf(kept), time);
  });

  test('tells when an entity changed last', async (store) => {
    const before = Date.now();
    const created = await create(store, things);
    const replaced = await replace(store, things, created.id, {});
    // A database may run on a clock of its own.
    const tolerance = 60_000;
    assert.ok(timeOf(created) >= before - tolerance);
    assert.ok(timeOf(replaced) <= Date.now() + tolerance);
    assert.ok(timeOf(replaced) >= timeOf(created));
  });
}

function parse(given: string): JsonObject {
  return JSON.parse(given);
}
