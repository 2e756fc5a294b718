import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import type { Store } from '../../lib/store/index.js';
import { serving } from './serve.js';
import type { Mount } from './serve.js';
import { onEveryStore } from './stores.js';

class Thing extends Entity.of({ body: Type.Object({ kind: Type.String(), rank: Type.Integer() }) }) {}

class Things extends Catalog.of(Thing, {
  iri: 'things/{?kind}',
  ids: 'integer',
  query: Type.Object({ kind: Type.Optional(Type.String()) }),
  sort: ['rank'],
}) {}

class Pages extends Catalog.of(Thing, {
  iri: 'pages/{?kind}',
  entities: '../things/{id}/',
  query: Type.Object({ kind: Type.Optional(Type.String()) }),
  sort: ['rank'],
  page: 5,
}) {}

const LISTS = [
  '/things/',
  '/things/?kind=a',
  '/things/?sort=rank',
  '/things/?kind=a&sort=-rank',
  '/pages/',
  '/pages/?kind=a',
  '/pages/?sort=-rank',
  '/pages/?kind=a&sort=rank',
  '/pages/?after=3',
  '/pages/?kind=none',
];

const MOUNTS: Readonly<Record<string, Mount | undefined>> = {
  'through Koa': undefined,
  'through listener()': (app, api: Api) => {
    const listener = api.listener();
    app.use((ctx) => {
      ctx.respond = false;
      ctx.res.statusCode = 200;
      listener(ctx.req, ctx.res);
    });
  },
};

const PLACE = { collection: 'things', parentIds: [] };

/** The texts that a list had, by their strong tags. */
class Texts {
  readonly #texts = new Map<string, string>();

  add(path: string, { headers, text }: request.Response): void {
    const { etag } = headers;
    if (etag === undefined || etag.startsWith('W/')) return;
    const key = `${path} ${etag}`;
    const before = this.#texts.get(key);
    if (before === undefined) this.#texts.set(key, text);
    else assert.equal(text, before, `two texts of ${path} under ${etag}`);
  }

  get size(): number {
    return this.#texts.size;
  }
}

onEveryStore('the entity tag of a list', (emptyStore) => {
  const serve = serving();

  const started = async (mount: Mount | undefined, wrapped: (store: Store) => Store = (store) => store) => {
    const store = wrapped(await emptyStore());
    const { origin } = await serve(shoji([Things, Pages], { store }), mount);
    const http = request(origin);
    await http.get('/').expect(200);
    await write(store, 8);
    return { store, http };
  };

  let rank = 0;
  const write = async (store: Store, count = 1) => {
    const changes = Array.from({ length: count }, () => {
      rank += 1;
      return { do: 'create', key: PLACE, body: { kind: rank % 2 === 0 ? 'a' : 'b', rank: -rank } } as const;
    });
    await store.write(changes);
  };

  for (const [host, mount] of Object.entries(MOUNTS)) {
    it(`is that of its own text where others write between its state and its entities, ${host}`, async () => {
      let isWritten = false;
      const { http } = await started(mount, (store) => {
        const between = async (): Promise<void> => {
          if (isWritten) await write(store, 2);
        };
        return {
          open: (plans) => store.open(plans),
          get: (...asked) => store.get(...asked),
          page: async (...asked) => {
            await between();
            return store.page(...asked);
          },
          iterate: (...asked) => store.iterate(...asked),
          ids: async function* (...asked) {
            await between();
            yield* store.ids(...asked);
          },
          count: (...asked) => store.count(...asked),
          state: (place) => store.state(place),
          write: (changes) => store.write(changes),
          transaction: (run) => store.transaction(run),
          check: () => store.check(),
          close: () => store.close(),
        };
      });
      for (const path of LISTS) {
        const texts = new Texts();
        const quiet = await http.get(path).expect(200);
        texts.add(path, quiet);
        await http
          .get(path)
          .set('If-None-Match', quiet.headers['etag'] as string)
          .expect(304);
        isWritten = true;
        const overtaken = await http.get(path).expect(200);
        texts.add(path, overtaken);
        isWritten = false;
        const after = await http.get(path).expect(200);
        texts.add(path, after);
        texts.add(path, await http.get(path).expect(200));
        const known = await http.get(path).set('If-None-Match', overtaken.headers['etag'] as string);
        assert.ok(known.status === 200 || overtaken.text === after.text, 'what has changed is sent');
      }
    });

    it(`stands for one text, whoever writes, ${host}`, async () => {
      const { store, http } = await started(mount);
      const texts = new Texts();
      const reading = new Set(LISTS);
      const writer = async () => {
        while (reading.size > 0) {
          await write(store);
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const reader = async (path: string) => {
        try {
          for (let count = 0; count < 15; count += 1) texts.add(path, await http.get(path).expect(200));
        } finally {
          reading.delete(path);
        }
      };
      const writers = Promise.all([writer(), writer()]);
      await Promise.all(LISTS.map(reader));
      await writers;
      for (const path of LISTS) texts.add(path, await http.get(path).expect(200));
      assert.ok(texts.size > LISTS.length, 'most lists are short enough for a strong tag');
    });
  }
});
