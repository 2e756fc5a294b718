import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import type { EntityRecord, ShojiOptions, Store } from '../../lib/index.js';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { serving } from './serve.js';
import { onEveryStore } from './stores.js';

class Secret extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}

class Thing extends Entity.of({
  body: Type.Object({ name: Type.String() }),
  fragments: { name: 'name' },
}) {}

class Things extends Catalog.of(Thing, { iri: 'things/', ids: 'integer' }) {}

/** Shows each caller a body of its own, at the same version. */
class Masked extends Catalog.of(Secret, { iri: 'masked/', ids: 'integer' }) {
  override async read(id: string): Promise<EntityRecord<{ name: string }> | undefined> {
    const found = await super.read(id);
    const isChief = this.request.state['chief'] === true;
    return found === undefined || isChief ? found : { ...found, body: { name: '***' } };
  }
}

/** Long enough ago that nothing more comes to be dated within its second. */
const WRITTEN = new Date('2003-12-13T18:30:02Z');

onEveryStore('the response about an entity', (emptyStore) => {
  const serve = serving();

  async function served(options: ShojiOptions = {}) {
    const store: Store = await emptyStore({ now: () => WRITTEN });
    const api = shoji([Things, Masked], { ...options, store });
    const { origin } = await serve(api, (app) => {
      app.use((ctx, next) => {
        ctx.state['chief'] = ctx.get('X-Chief') === 'yes';
        return next();
      });
      app.use(api.routes());
    });
    await api.start();
    for (const collection of ['things', 'masked']) {
      await store.write([{ do: 'create', key: { collection, parentIds: [] }, body: { name: 'tea' } }]);
    }
    const get = (path: string, fields: Readonly<Record<string, string>> = {}) =>
      request(origin).get(path).set(fields);
    return { origin, get };
  }

  it('is the same again, for each media type its own', async () => {
    const { get } = await served();
    for (const accept of ['application/json', 'application/shoji', 'application/json', 'application/shoji']) {
      const { text, headers } = await get('/things/1/', { Accept: accept });
      assert.equal(JSON.parse(text).body.name, 'tea');
      assert.equal(headers['content-type'], accept);
      assert.ok(headers['etag']?.endsWith(accept === 'application/json' ? '.j"' : '.s"'), headers['etag']);
      assert.equal(headers['last-modified'], 'Sat, 13 Dec 2003 18:30:02 GMT');
      const known = await get('/things/1/', { Accept: accept, 'If-None-Match': headers['etag'] as string });
      assert.deepEqual([known.status, known.text, known.headers['etag']], [304, '', headers['etag']]);
    }
  });

  it('is never as it was before a write', async () => {
    const { origin, get } = await served();
    for (const name of ['coffee', 'cocoa', 'tea']) {
      const before = await get('/things/1/');
      await request(origin).patch('/things/1/').send({ element: 'shoji:entity', body: { name } }).expect(200);
      const after = await get('/things/1/', { 'If-None-Match': before.headers['etag'] as string });
      assert.deepEqual([after.status, JSON.parse(after.text).body.name], [200, name]);
    }
    await request(origin).delete('/things/1/').expect(204);
    await get('/things/1/').expect(404);
  });

  it('is not the one of another caller, whose class shows another body of the same version', async () => {
    const { get } = await served();
    for (const chief of ['yes', 'no', 'yes', 'no', 'no', 'yes']) {
      const { text } = await get('/masked/1/', { 'X-Chief': chief });
      assert.equal(JSON.parse(text).body.name, chief === 'yes' ? 'tea' : '***');
    }
  });

  it('is not the one of another caller, to whom the guard shows other links', async () => {
    const { get } = await served({
      guard: ({ state, params, resource }) =>
        state['chief'] === true || params['id'] === undefined || resource === Thing,
    });
    for (const chief of ['yes', 'no', 'yes', 'no', 'no', 'yes']) {
      const { text } = await get('/things/1/', { 'X-Chief': chief });
      assert.equal(JSON.parse(text).fragments !== undefined, chief === 'yes', text);
    }
  });
});
