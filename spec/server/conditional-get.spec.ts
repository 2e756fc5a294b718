import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import type { EntityRef } from '../../lib/resource/found.js';
import { MemoryStore } from '../../lib/store/index.js';
import type { Selection, CollectionKey } from '../../lib/store/index.js';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import type { ViewRequest } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity } from './shop.js';

const TYPES = ['application/shoji+json', 'application/shoji', 'application/json'];

/** When the store says that everything was written, and what an HTTP-date can say of it once that is past. */
const WRITTEN = new Date('2024-02-29T12:00:00.250Z');
const LAST_MODIFIED = 'Thu, 29 Feb 2024 12:00:01 GMT';
const SECOND_BEFORE = 'Thu, 29 Feb 2024 12:00:00 GMT';

/** Keeps count of how often lists are asked for. */
class CountingStore extends MemoryStore {
  lists = 0;

  override ids(place: CollectionKey, selection?: Selection) {
    this.lists++;
    return super.ids(place, selection);
  }
}

/** A resource of every kind: drawn from the store, and from what only a class knows. */
function library(store = new CountingStore({ now: () => WRITTEN })) {
  const shelf = { books: ['1'], note: 'a' };

  class Book extends Entity.of({
    body: Type.Object({ title: Type.String() }),
    fragments: { title: 'title' },
  }) {}

  class Note extends View.of({
    iri: 'note',
    query: Type.Object({ times: Type.Optional(Type.Integer()) }),
    schema: Type.String(),
  }) {
    override value({ query }: ViewRequest<typeof Note>) {
      return shelf.note.repeat(query.times ?? 1);
    }
    override replace(value: unknown) {
      shelf.note = value as string;
    }
  }

  class Shelf extends Catalog.of(Book, { iri: 'shelf/', entities: '../{id}/' }) {
    override list(): EntityRef[] {
      return shelf.books;
    }
  }

  class Books extends Catalog.of(Book, { iri: 'books/', ids: 'integer' }) {
    static override catalogs() {
      return { shelf: Shelf };
    }
    static override views() {
      return { note: Note };
    }
  }

  return { api: shoji([Books], { store }), shelf, store };
}

const STORED = ['/', '/books/', '/books/1/', '/books/1/title'];
const DIGESTED = ['/books/shelf/', '/books/note'];
const DOCUMENTS = ['/', '/books/', '/books/1/', '/books/shelf/'];

describe('conditional GET', () => {
  const serve = serving();

  async function served(given = library()) {
    const { origin } = await serve(given.api);
    const http = request(origin);
    await http
      .post('/books/')
      .send(entity({ title: 'Emma' }))
      .expect(201);
    return { http, ...given };
  }

  for (const path of [...STORED, ...DIGESTED]) {
    for (const method of ['get', 'head'] as const) {
      it(`[H40] [H41] ${method} ${path} has a strong ETag, which makes the next answer 304`, async () => {
        const { http } = await served();
        const first = await http[method](path);
        const etag = first.headers['etag'] as string;
        assert.match(etag, /^"[^"]+"$/);
        assert.equal(first.headers['cache-control'], 'no-cache');
        for (const condition of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
          const answer = await http[method](path).set('If-None-Match', condition);
          assert.equal(answer.status, 304, condition);
          assert.ok(!answer.text);
          for (const field of ['etag', 'vary', 'cache-control']) {
            assert.equal(answer.headers[field], first.headers[field]);
          }
          assert.ok(answer.headers['date']);
          for (const field of ['content-type', 'content-length', 'last-modified', 'transfer-encoding']) {
            assert.equal(answer.headers[field], undefined, field);
          }
        }
        assert.equal((await http[method](path).set('If-None-Match', '"x"')).status, 200);
      });
    }

    it(`[H43] [H46] GET ${path} holds to If-Match as well`, async () => {
      const { http } = await served();
      const { etag } = (await http.get(path)).headers as { etag: string };
      assert.equal((await http.get(path).set('If-Match', etag)).status, 200);
      for (const condition of ['"x"', `W/${etag}`]) {
        assertProblem(await http.get(path).set('If-Match', condition), 412, 'precondition-failed');
      }
      assertProblem(await http.get(path).set('If-Match', 'x'), 400, 'bad-precondition');
      const both = await http.get(path).set('If-Match', '"x"').set('If-None-Match', etag);
      assertProblem(both, 412, 'precondition-failed');
    });

    it(`[H49] ${path} is sent whole where a range is asked for`, async () => {
      const { http } = await served();
      const whole = await http.get(path);
      const part = await http
        .get(path)
        .set('Range', 'bytes=0-1')
        .set('If-Range', whole.headers['etag'] as string);
      assert.equal(part.status, 200);
      assert.equal(part.text, whole.text);
      assert.equal(part.headers['content-range'], undefined);
    });
  }

  it('[H40] what only a class knows has an ETag that goes by the text', async () => {
    const { http, shelf } = await served();
    const etags = async () => [
      (await http.get('/books/shelf/')).headers['etag'],
      (await http.get('/books/note')).headers['etag'],
      (await http.get('/books/note?times=2')).headers['etag'],
    ];
    const before = await etags();
    shelf.books = ['1', '7'];
    shelf.note = 'b';
    const after = await etags();
    assert.equal(new Set([...before, ...after]).size, 6);
    shelf.books = ['1'];
    shelf.note = 'a';
    assert.deepEqual(await etags(), before);
  });

  it('[H40] a text of more than 1 MiB that no version is known of has no ETag', async () => {
    const { http, shelf } = await served();
    shelf.note = 'x'.repeat(1024 * 1024);
    assert.equal((await http.get('/books/note').set('If-None-Match', '"x"')).headers['etag'], undefined);
    shelf.note = shelf.note.slice(2);
    assert.ok((await http.get('/books/note')).headers['etag']);
  });

  it('[H41] a catalog that is known is not listed, nor is one for HEAD that was listed since it changed', async () => {
    const { http, store } = await served();
    const { etag } = (await http.get('/books/')).headers as { etag: string };
    assert.equal(store.lists, 1);
    await http.get('/books/').set('If-None-Match', etag).expect(304);
    await http.head('/books/').set('If-None-Match', etag).expect(304);
    await http.get('/books/').set('If-Modified-Since', LAST_MODIFIED).expect(304);
    assert.equal(store.lists, 1);
    await http.head('/books/').expect(200);
    assert.equal(store.lists, 1);
    await store.write([{ do: 'remove', key: { collection: 'books', parentIds: [] }, id: '1' }]);
    await http.head('/books/').expect(200);
    assert.equal(store.lists, 2);
  });

  describe('[H41] as one of several media types', () => {
    for (const path of DOCUMENTS) {
      it(`${path} has an ETag for each, and is known only by its own`, async () => {
        const { http } = await served();
        const etags: string[] = [];
        for (const type of TYPES)
          etags.push((await http.get(path).set('Accept', type)).headers['etag'] as string);
        assert.equal(new Set(etags).size, TYPES.length);
        for (const [index, type] of TYPES.entries()) {
          for (const [other, etag] of etags.entries()) {
            const answer = await http.get(path).set('Accept', type).set('If-None-Match', etag);
            assert.equal(answer.status, other === index ? 304 : 200);
            assert.equal(answer.headers['etag'], etags[index]);
          }
        }
      });
    }

    for (const type of TYPES) {
      it(`an entity that was read as ${type} is changed by its ETag, whatever is then asked for`, async () => {
        for (const accept of ['*/*', ...TYPES]) {
          const { http } = await served();
          const { etag } = (await http.get('/books/1/').set('Accept', type)).headers as { etag: string };
          const put = (title: string) =>
            http.put('/books/1/').set('Accept', accept).set('If-Match', etag).send(entity({ title }));
          const answer = await put('Persuasion');
          assert.equal(answer.status, 200, answer.text);
          const read = await http.get('/books/1/').set('Accept', accept);
          assert.equal(answer.headers['etag'], read.headers['etag']);
          assertProblem(await put('Sanditon'), 412, 'precondition-failed');
        }
      });
    }
  });

  describe('[H40] Last-Modified', () => {
    for (const path of ['/books/', '/books/1/', '/books/1/title']) {
      it(`of ${path} is the second in which the change was over`, async () => {
        const { http } = await served();
        for (const method of ['get', 'head'] as const) {
          assert.equal((await http[method](path)).headers['last-modified'], LAST_MODIFIED);
          const since = (date: string) => http[method](path).set('If-Modified-Since', date);
          assert.equal((await since(LAST_MODIFIED)).status, 304);
          for (const date of [SECOND_BEFORE, 'yesterday']) assert.equal((await since(date)).status, 200);
        }
      });

      it(`[H45] of ${path} is not looked at where If-None-Match or If-Match is`, async () => {
        const { http } = await served();
        const answer = await http
          .get(path)
          .set('If-None-Match', '"x"')
          .set('If-Modified-Since', LAST_MODIFIED);
        assert.equal(answer.status, 200);
        const { etag } = answer.headers as { etag: string };
        const matching = await http.get(path).set('If-Match', etag).set('If-Unmodified-Since', SECOND_BEFORE);
        assert.equal(matching.status, 200);
        const modified = await http.get(path).set('If-Unmodified-Since', SECOND_BEFORE);
        assertProblem(modified, 412, 'precondition-failed');
      });

      it(`of ${path} validates nothing while the second of the change lasts`, async () => {
        let now = WRITTEN;
        const { http } = await served(library(new CountingStore({ now: () => now })));
        now = new Date();
        await http
          .put('/books/1/')
          .send(entity({ title: 'Persuasion' }))
          .expect(200);
        const first = await http.get(path);
        const date = first.headers['last-modified'] as string;
        assert.ok(Date.parse(date) <= Date.parse(first.headers['date'] as string));
        if (Date.parse(date) > now.getTime()) return;
        assert.equal((await http.get(path).set('If-Modified-Since', date)).status, 200);
      });
    }

    for (const path of ['/', ...DIGESTED]) {
      it(`of ${path} is not known`, async () => {
        const { http } = await served();
        assert.equal((await http.get(path)).headers['last-modified'], undefined);
        assert.equal((await http.get(path).set('If-Modified-Since', new Date().toUTCString())).status, 200);
      });
    }
  });
});
