import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, MemoryStore, shoji } from '../../lib/index.js';
import type { Api, ShojiOptions, Store } from '../../lib/index.js';
import { ListCache, CachedList } from '../../lib/server/render/list-cache.js';
import type { ListState } from '../../lib/server/render/list-cache.js';
import { Collection } from '../../lib/resource/collection.js';
import { sqliteEngine } from '../../lib/store/sql/sqlite/sqlite-engine.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { onEveryStore } from './stores.js';

/** More than a list has that is sent at once, and less than one that is never kept. */
const MANY = 5_000;
const PLACE = { collection: 'things', parentIds: [] };

class Thing extends Entity.of({ body: Type.Object({ kind: Type.Optional(Type.String()) }) }) {}

class Things extends Catalog.of(Thing, {
  iri: 'things/{?kind}',
  ids: 'integer',
  query: Type.Object({ kind: Type.Optional(Type.String()) }),
}) {}

function api(store: Store, options: ShojiOptions = {}): Api {
  return shoji([Things], { ...options, store });
}

async function fill(store: Store, count: number, body: object = {}): Promise<void> {
  for (let done = 0; done < count; done += 1000) {
    const length = Math.min(1000, count - done);
    await store.write(
      Array.from({ length }, () => ({ do: 'create', key: PLACE, body: { ...body } }) as const),
    );
  }
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index + 1}/`);
}

async function listed(origin: string, path = '/things/'): Promise<string[]> {
  const { status, text } = await request(origin).get(path);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as { entities: string[] }).entities;
}

onEveryStore('the text of a list', (emptyStore, kind) => {
  const serve = serving();

  async function served(count: number, options?: ShojiOptions) {
    const store = await emptyStore();
    const made = api(store, options);
    const started = await serve(made);
    await made.start();
    await fill(store, count);
    return { ...started, store };
  }

  it('is the same from the cache, and then known by its length', async () => {
    const { port, origin } = await served(MANY);
    const first = await request(origin).get('/things/');
    assert.equal(first.headers['transfer-encoding'], 'chunked');
    let next = await request(origin).get('/things/');
    // A database is asked for the version once more, after the answer.
    for (let tries = 0; next.headers['content-length'] === undefined && tries < 100; tries++) {
      next = await request(origin).get('/things/');
    }
    assert.equal(next.headers['content-length'], String(Buffer.byteLength(first.text)));
    assert.equal(next.text, first.text);
    for (const name of ['content-type', 'vary', 'cache-control']) {
      assert.equal(next.headers[name], first.headers[name], name);
    }
    assert.equal(
      `W/${next.headers['etag']}`,
      first.headers['etag'],
      'it is known by now not to have changed',
    );
    const head = await raw(port, requestText('HEAD /things/'));
    assert.deepEqual(
      [head.status, head.text, head.headers['content-length']],
      [200, '', next.headers['content-length']],
    );
    const known = await request(origin)
      .get('/things/')
      .set('If-None-Match', next.headers['etag'] as string);
    assert.deepEqual([known.status, known.text], [304, '']);
    assert.equal(known.headers['etag'], next.headers['etag']);
    const knownByFirst = await request(origin)
      .get('/things/')
      .set('If-None-Match', first.headers['etag'] as string);
    assert.deepEqual([knownByFirst.status, knownByFirst.headers['etag']], [304, first.headers['etag']]);
    assert.equal(known.headers['content-type'], undefined);
  });

  it('is never as it was before a write', async () => {
    const { origin, store } = await served(3);
    assert.deepEqual(await listed(origin), numbers(3));
    assert.deepEqual(await listed(origin), numbers(3));
    const document = { element: 'shoji:entity', body: { kind: 'tea' } };
    await request(origin).post('/things/').send(document).expect(201);
    assert.deepEqual(await listed(origin), numbers(4));
    await request(origin).delete('/things/4/').expect(204);
    assert.deepEqual(await listed(origin), numbers(3));
    await store.write([{ do: 'create', key: PLACE, body: {} }]);
    assert.equal((await listed(origin)).length, 4);
  });

  it('is of one query, and not of another', async () => {
    const { origin, store } = await served(3);
    await fill(store, 2, { kind: 'tea' });
    for (let time = 0; time < 3; time++) {
      assert.deepEqual(await listed(origin, '/things/?kind=tea'), ['4/', '5/']);
      assert.deepEqual(await listed(origin, '/things/?kind=coffee'), []);
      assert.deepEqual(await listed(origin), numbers(5));
    }
  });

  if (kind !== 'memory') return;

  it('never lacks what was written while it was sent', async () => {
    const { origin, store } = await served(MANY);
    for (let time = 0; time < 20; time++) {
      const reading = listed(origin);
      await new Promise((resolve) => setImmediate(resolve));
      await store.write([{ do: 'create', key: PLACE, body: {} }]);
      await reading;
      assert.equal((await listed(origin)).length, MANY + time + 1);
    }
  });

  it('shows each caller the links that are for that caller', async () => {
    class Part extends Thing {}
    class Secret extends Catalog.of(Part, { iri: 'secret/' }) {}
    class Open extends Catalog.of(Thing, { iri: 'open/', ids: 'integer' }) {
      static override catalogs() {
        return { secret: Secret };
      }
    }
    const store = await emptyStore();
    const guarded = shoji([Open], {
      store,
      guard: ({ resource, state }) => resource !== Secret || state['isChief'] === true,
    });
    const { origin } = await serve(guarded, (app, made) => {
      app.use((ctx, next) => {
        ctx.state['isChief'] = ctx.get('X-Chief') === 'yes';
        return next();
      });
      app.use(made.routes());
    });
    await guarded.start();
    for (const chief of ['yes', 'no', 'yes', 'no', 'no', 'yes']) {
      const { text } = await request(origin).get('/open/').set('X-Chief', chief);
      assert.equal(text.includes('secret'), chief === 'yes', text);
    }
  });
});

describe('a list in a database that another process writes to', () => {
  const serve = serving();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'koa-shoji-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is as the database has it, at every request', async () => {
    const file = join(folder, 'shared.db');
    const here = api(new SqlStore(sqliteEngine(file)));
    const there = api(new SqlStore(sqliteEngine(file)));
    const { origin } = await serve(here);
    await here.start();
    await there.start();
    try {
      await fill(there.store, MANY);
      for (let time = 0; time < 10; time++) {
        assert.deepEqual(await listed(origin), numbers(MANY + time));
        assert.deepEqual(await listed(origin), numbers(MANY + time));
        const reading = time % 2 === 0 ? listed(origin) : undefined;
        await there.store.write([{ do: 'create', key: PLACE, body: {} }]);
        await reading;
      }
    } finally {
      await there.stop();
    }
  });
});

describe('a text that was read', () => {
  it('is kept only if nothing was written meanwhile', async () => {
    const store = new MemoryStore();
    const made = api(store);
    await made.start();
    const cache = new ListCache();
    const catalog = { collection: new Collection(store, PLACE) } as unknown as Catalog<never>;
    const kept = () => new CachedList(cache, '/things/', catalog, store.state(PLACE) as ListState);
    const before = kept();
    before?.setIfCurrent('first');
    assert.equal(before?.get(), 'first');
    await fill(store, 1);
    const after = kept();
    assert.equal(after?.get(), undefined);
    before?.setIfCurrent('second');
    assert.equal(before?.get(), 'first');
    after?.setIfCurrent('third');
    assert.equal(kept()?.get(), 'third');
    await made.stop();
  });
});

describe('a cache of texts', () => {
  it('gives a text for the state that it was kept for alone', () => {
    const cache = new ListCache();
    cache.set('a', '1', 'text');
    assert.equal(cache.get('a', '1'), 'text');
    assert.equal(cache.get('a', '2'), undefined);
    assert.equal(cache.get('b', '1'), undefined);
    cache.set('a', '2', 'other');
    assert.equal(cache.get('a', '1'), undefined);
    assert.equal(cache.get('a', '2'), 'other');
  });

  it('forgets first what was not asked for the longest time', () => {
    const cache = new ListCache({ bytes: 2 * 3 * 11 });
    for (const key of ['a', 'b', 'c']) cache.set(key, '1', 'x'.repeat(10));
    cache.get('a', '1');
    cache.set('d', '1', 'x'.repeat(10));
    const kept = ['a', 'b', 'c', 'd'].filter((key) => cache.get(key, '1') !== undefined);
    assert.deepEqual(kept, ['a', 'c', 'd']);
  });

  it('never holds more than it may, and what it gives is what was kept last', () => {
    const write = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), length: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 100 }), (writes) => {
        const cache = new ListCache({ bytes: 200, longest: 50 });
        const last = new Map<string, string>();
        for (const [index, { key, length }] of writes.entries()) {
          const text = String(index % 10).repeat(length);
          cache.set(key, '1', text);
          last.set(key, text);
          const held = Array.from(last.keys()).map((each) => [each, cache.get(each, '1')] as const);
          for (const [each, found] of held) assert.ok(found === undefined || found === last.get(each));
          const bytes = held.reduce((sum, [each, found]) => {
            return found === undefined ? sum : sum + 2 * (each.length + found.length);
          }, 0);
          assert.equal(cache.size, bytes);
          assert.ok(bytes <= 200);
          if (length <= 50) assert.equal(cache.get(key, '1'), text);
        }
      }),
    );
  });

  describe('that gathers a text of pieces', () => {
    it('gives it once it is whole', () => {
      const texts: string[] = [];
      const gathering = new ListCache().collect('a', (text) => texts.push(text));
      gathering?.add('one');
      gathering?.add('two');
      assert.deepEqual(texts, []);
      gathering?.end();
      gathering?.stop();
      assert.deepEqual(texts, ['onetwo']);
    });

    it('gives none that is too long, or not gone on with', () => {
      const cache = new ListCache({ longest: 5 });
      const fail = (text: string) => assert.fail(text);
      const long = cache.collect('a', fail);
      long?.add('one');
      long?.add('two');
      long?.end();
      const left = cache.collect('a', fail);
      left?.add('one');
      left?.stop();
      left?.end();
      assert.ok(long !== undefined && left !== undefined);
    });

    it('gathers each once at a time, and few at once', () => {
      const cache = new ListCache();
      const begin = (key: string) => cache.collect(key, () => undefined);
      const first = begin('0');
      assert.equal(begin('0'), undefined);
      for (let key = 1; key < 8; key++) assert.ok(begin(String(key)));
      assert.equal(begin('8'), undefined);
      first?.end();
      assert.ok(begin('8'));
    });
  });
});
