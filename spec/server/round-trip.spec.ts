import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, createServer, shoji } from '../../lib/index.js';
import type { Api, Store, UpdateOptions } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';

const MADE = '2024-02-29T12:00:00Z';

interface NoteBody {
  readonly text: string;
  readonly made: string;
  readonly by?: { readonly name: string; readonly checked?: string[] };
}

/** Notes with members that only the server writes, at the top and within an object. */
function notes(store: Store): { readonly api: Api; readonly seen: unknown[] } {
  const seen: unknown[] = [];

  class Note extends Entity.of({
    body: Type.Object(
      {
        text: Type.String({ minLength: 1 }),
        made: Type.String({ readOnly: true }),
        by: Type.Optional(
          Type.Object({
            name: Type.String(),
            checked: Type.Optional(Type.Array(Type.String(), { readOnly: true })),
          }),
        ),
      },
      { additionalProperties: false },
    ),
    fragments: { text: 'text', author: 'by' },
  }) {}

  class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {
    override create(body: NoteBody) {
      const by = body.by && { ...body.by, checked: ['twice'] };
      return super.create({ ...body, made: MADE, ...(by && { by }) });
    }

    override update(id: string, body: NoteBody, options: UpdateOptions) {
      seen.push(options.changes);
      return super.update(id, body, options);
    }

    override replace(id: string, body: NoteBody, options = {}) {
      seen.push(body);
      return super.replace(id, body, options);
    }
  }

  return { api: shoji([Notes], { store }), seen };
}

const MOUNTS: Readonly<Record<string, (api: Api) => Server>> = {
  Koa: (api) => createServer(new Koa().use(api.routes()).use(api.allowedMethods())),
  'a listener': (api) => createServer(api.listener()),
};

onEveryStore('what is served is taken back', (emptyStore) => {
  for (const [mount, serverOf] of Object.entries(MOUNTS)) {
    describe(`through ${mount}`, () => {
      const running: [Server, Api][] = [];

      afterEach(async () => {
        for (const [server, api] of running.splice(0)) {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
          await api.stop();
        }
      });

      /** One note, and the document that GET gives of it. */
      async function served() {
        const { api, seen } = notes(await emptyStore());
        const server = serverOf(api).listen(0, '127.0.0.1');
        await once(server, 'listening');
        running.push([server, api]);
        const http = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        await http
          .post('/notes/')
          .send(entity({ text: 'Milk', by: { name: 'Ada' } }))
          .expect(201);
        const get = async () => JSON.parse((await http.get('/notes/1/')).text) as { body: NoteBody };
        return { http, seen, get, document: await get() };
      }

      it('[H59] PUT of a document exactly as GET gave it is 200, and changes no value', async () => {
        const { http, seen, get, document } = await served();
        const { text } = await http.get('/notes/1/');
        const answer = await http.put('/notes/1/').type('application/shoji+json').send(text);
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual((await get()).body, document.body);
        assert.deepEqual(seen, [document.body]);
      });

      it('[H59] PUT of it with another value where the client may write is 200', async () => {
        const { http, get, document } = await served();
        const body = { ...document.body, text: 'Bread' };
        assert.equal((await http.put('/notes/1/').send({ ...document, body })).status, 200);
        assert.deepEqual((await get()).body, body);
      });

      const others: readonly [string, (body: NoteBody) => object, string][] = [
        ['another value', (body) => ({ ...body, made: 'now' }), '/body/made'],
        ['null', (body) => ({ ...body, made: null }), '/body/made'],
        [
          'another value within an object',
          (body) => ({ ...body, by: { ...body.by, checked: [] } }),
          '/body/by/checked',
        ],
      ];
      for (const method of ['put', 'patch'] as const) {
        for (const [what, change, pointer] of others) {
          it(`[H17] ${method} with ${what} in what only the server writes stays 422`, async () => {
            const { http, get, document } = await served();
            const answer = await http[method]('/notes/1/').send(entity(change(document.body)));
            const { errors } = assertProblem(answer, 422, 'invalid-document');
            assert.deepEqual(
              errors?.map((error) => [error.pointer, error.rule]),
              [[pointer, 'read-only']],
            );
            assert.deepEqual(await get(), document);
          });
        }
      }

      const losing: readonly [string, 'put' | 'patch' | 'delete', string, string, object | undefined][] = [
        ['PUT without the object', 'put', '/notes/1/', 'application/json', entity({ text: 'Milk' })],
        ['a merge patch', 'patch', '/notes/1/', 'application/merge-patch+json', { by: null }],
        [
          'a JSON Patch',
          'patch',
          '/notes/1/',
          'application/json-patch+json',
          [{ op: 'remove', path: '/by' }],
        ],
        ['DELETE of the fragment', 'delete', '/notes/1/by', 'application/json', undefined],
      ];
      for (const [what, method, path, type, document] of losing) {
        it(`[H17] ${what} takes away nothing that only the server writes, though it is within an object`, async () => {
          const { http, get, document: before } = await served();
          const sent = http[method](path).type(type);
          const answer = await (document === undefined ? sent : sent.send(JSON.stringify(document)));
          const { errors } = assertProblem(answer, 422, 'invalid-document');
          assert.equal(errors?.[0]?.rule, 'read-only');
          assert.deepEqual((await get()).body, before.body);
        });
      }

      it('[H59] a merge patch that leaves what only the server writes as it is, is 200', async () => {
        const { http, get, document } = await served();
        const patch = { text: 'Bread', by: { name: 'Ada', checked: ['twice'] } };
        const sent = http.patch('/notes/1/').type('application/merge-patch+json');
        assert.equal((await sent.send(JSON.stringify(patch))).status, 200);
        assert.deepEqual((await get()).body, { ...document.body, text: 'Bread' });
      });

      it('[H17] POST of what GET gave stays 422, for there is nothing yet that it could repeat', async () => {
        const { http, document } = await served();
        const { errors } = assertProblem(
          await http.post('/notes/').send(entity(document.body)),
          422,
          'invalid-document',
        );
        assert.deepEqual(
          errors?.map(({ pointer }) => pointer),
          ['/body/made', '/body/by/checked'],
        );
      });

      it('[H59] all that stands against a PUT is found at once', async () => {
        const { http, document } = await served();
        const answer = await http.put('/notes/1/').send(entity({ ...document.body, made: 'now', text: '' }));
        const { errors } = assertProblem(answer, 422, 'invalid-document');
        assert.deepEqual(
          errors?.map(({ pointer }) => pointer),
          ['/body/made', '/body/text'],
        );
      });

      it('[H59] a stale ETag is 412 before a member is compared that somebody else has changed', async () => {
        const { http, document } = await served();
        const answer = await http
          .put('/notes/1/')
          .set('If-Match', '"stale"')
          .send(entity({ ...document.body, made: 'before' }));
        assertProblem(answer, 412, 'precondition-failed');
      });

      it('[H59] PATCH that repeats what only the server writes is 200, and hands on what may change', async () => {
        const { http, seen, get, document } = await served();
        const patches: readonly [type: string, patch: unknown, changes: object][] = [
          ['application/shoji+json', { ...document, body: { ...document.body, text: 'A' } }, { text: 'A' }],
          ['application/merge-patch+json', { ...document.body, text: 'B' }, { text: 'B' }],
          [
            'application/json-patch+json',
            [
              { op: 'test', path: '/made', value: MADE },
              { op: 'replace', path: '/made', value: MADE },
              { op: 'add', path: '/by/checked', value: ['twice'] },
              { op: 'replace', path: '/text', value: 'C' },
            ],
            { text: 'C' },
          ],
        ];
        for (const [type, patch, changes] of patches) {
          const answer = await http.patch('/notes/1/').type(type).send(JSON.stringify(patch));
          assert.equal(answer.status, 200, answer.text);
          assert.deepEqual((await get()).body, { ...document.body, ...changes });
          const given = seen.at(-2) as NoteBody;
          assert.deepEqual([given.made, given.text], [undefined, (changes as NoteBody).text]);
        }
      });

      it('[H59] PUT of a fragment as GET gave it is 200; with another value in it 422', async () => {
        const { http, get, document } = await served();
        const { text } = await http.get('/notes/1/by');
        assert.equal(text, '{"name":"Ada","checked":["twice"]}');
        const put = (value: object) => http.put('/notes/1/by').send(value);
        assert.equal((await put(JSON.parse(text) as object)).status, 200);
        assert.deepEqual((await get()).body, document.body);
        const { errors } = assertProblem(
          await put({ name: 'Ada', checked: ['once'] }),
          422,
          'invalid-document',
        );
        assert.deepEqual(
          errors?.map(({ pointer }) => pointer),
          ['/checked'],
        );
      });

      it('[H59] a catalog’s PATCH whose entry repeats what GET gave is 204', async () => {
        const { http, get, document } = await served();
        const patch = (body: object) =>
          http.patch('/notes/').send({ element: 'shoji:catalog', index: { '1/': body } });
        assert.equal((await patch({ ...document.body, text: 'Eggs' })).status, 204);
        assert.deepEqual((await get()).body, { ...document.body, text: 'Eggs' });
        assertProblem(await patch({ made: 'now' }), 422, 'invalid-document');
      });

      it('[H59] of many that send back what they read, none puts an older value of the server’s in place', async () => {
        const { http, get, document } = await served();
        const answers = await Promise.all(
          ['a', 'b', 'c', 'd', 'e', 'f'].map((text) =>
            http.put('/notes/1/').send(entity({ ...document.body, text })),
          ),
        );
        for (const { status, text } of answers) assert.equal(status, 200, text);
        const { text: _, ...rest } = (await get()).body;
        const { text: __, ...before } = document.body;
        assert.deepEqual(rest, before);
      });
    });
  }
});

describe('what a class draws from elsewhere is taken back as it is served', () => {
  it('[H59] a Date is compared as the JSON that it is served as', async () => {
    const replaced: unknown[] = [];
    const made = new Date(MADE);

    class Note extends Entity.of({
      body: Type.Object({
        text: Type.String(),
        made: Type.Unsafe<Date>({ type: 'string', readOnly: true }),
      }),
    }) {}
    class Notes extends Catalog.of(Note, { iri: 'notes/' }) {
      override read() {
        return { body: { text: 'Milk', made } };
      }

      override create(): never {
        throw new Error('not here');
      }

      override replace(_: string, body: { text: string; made: Date }) {
        replaced.push(body);
        return { body };
      }
    }

    const server = createServer(shoji([Notes]).listener()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const http = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const { text } = await http.get('/notes/1/');
      const answer = await http.put('/notes/1/').type('json').send(text);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(replaced, [{ text: 'Milk', made }]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
