import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';
import { CREATED, SPADE, warehouse } from './warehouse.js';
import type { ArticleBody } from './warehouse.js';

const MERGE = 'application/merge-patch+json';
const PATCH = 'application/json-patch+json';

const WHOLE: ArticleBody = { ...SPADE, tags: ['garden', 'steel'], size: { width: 20 }, code: 'S1' };

onEveryStore('PATCH of an entity', (emptyStore) => {
  const serve = serving();

  async function served() {
    const { origin } = await serve(warehouse({ store: await emptyStore() }));
    const http = request(origin);
    await http.post('/articles/').send(entity(WHOLE)).expect(201);
    const bodyOf = async () => JSON.parse((await http.get('/articles/1/')).text).body as ArticleBody;
    const send = (type: string, patch: unknown) =>
      http.patch('/articles/1/').type(type).send(JSON.stringify(patch));
    /** That the patch is refused, and nothing of it was done. */
    const refused = async (
      type: string,
      patch: unknown,
      ...problem: [number, Parameters<typeof assertProblem>[2]]
    ) => {
      const before = (await http.get('/articles/1/')).text;
      const document = assertProblem(await send(type, patch), ...problem);
      assert.equal((await http.get('/articles/1/')).text, before);
      return document;
    };
    return { http, bodyOf, send, refused };
  }

  const pointersOf = ({ errors = [] }: { errors?: readonly { pointer: string }[] }) =>
    errors.map(({ pointer }) => pointer);

  describe('as an entity document', () => {
    it('replaces the members that are given, whole', async () => {
      const { send, bodyOf } = await served();
      const answer = await send('application/shoji+json', entity({ price: 25, size: { width: 30 } }));
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(await bodyOf(), {
        ...WHOLE,
        price: 25,
        size: { width: 30, measured: CREATED },
        created: CREATED,
        changed: ['price', 'size'],
      });
    });

    it('[H52] partly invalid, changes nothing', async () => {
      const { refused } = await served();
      const document = await refused(
        'application/json',
        entity({ price: -1, tags: [5], name: 'Hoe' }),
        422,
        'invalid-document',
      );
      assert.deepEqual(pointersOf(document), ['/body/price', '/body/tags/0']);
    });
  });

  describe('as a merge patch', () => {
    it('merges objects, replaces arrays, and removes by null', async () => {
      const { http, send, bodyOf } = await served();
      const answer = await send(MERGE, { price: 25, tags: ['new'], size: { width: 30 }, code: null });
      assert.equal(answer.status, 200, answer.text);
      const { code: _, ...rest } = WHOLE;
      assert.deepEqual(await bodyOf(), {
        ...rest,
        price: 25,
        tags: ['new'],
        size: { width: 30, measured: CREATED },
        created: CREATED,
        changed: ['code', 'price', 'size', 'tags'],
      });
      const read = await http.get('/articles/1/');
      assert.equal(answer.text, read.text);
      assert.equal(answer.headers['etag'], read.headers['etag']);
    });

    it('[H52] partly invalid, changes nothing', async () => {
      const { refused } = await served();
      const document = await refused(
        MERGE,
        { price: 25, name: null, tags: ['a', 5], none: 1 },
        422,
        'invalid-document',
      );
      assert.deepEqual(pointersOf(document).toSorted(), ['/name', '/none', '/tags/1']);
    });

    it('[H17] of what only the server writes, changes nothing', async () => {
      const { refused } = await served();
      for (const [patch, pointer] of [
        [{ created: 'now', price: 1 }, '/created'],
        [{ created: null, price: 1 }, '/created'],
        [{ size: { measured: 'now' } }, '/size/measured'],
        [{ size: { measured: null } }, '/size/measured'],
      ] as const) {
        assert.deepEqual(pointersOf(await refused(MERGE, patch, 422, 'invalid-document')), [pointer]);
      }
    });

    it('[H3] that would replace the body by something else, is no document', async () => {
      const { refused } = await served();
      for (const patch of [[], [SPADE], 5, 'text', null, true])
        await refused(MERGE, patch, 422, 'not-a-document');
    });

    it('is read as strictly as any body', async () => {
      const { http } = await served();
      const send = (text: string) => http.patch('/articles/1/').type(MERGE).send(text);
      assertProblem(await send('{"price": 1, "price": 2}'), 400, 'duplicate-name');
      assertProblem(await send('{"__proto__": {"price": 2}}'), 400, 'forbidden-name');
      assertProblem(await send('{"price": 1e999}'), 400, 'number-range');
      assertProblem(await send('{"price": 1'), 400, 'malformed-json');
    });
  });

  describe('as a JSON Patch', () => {
    it('carries out its operations', async () => {
      const { http, send, bodyOf } = await served();
      const answer = await send(PATCH, [
        { op: 'test', path: '/created', value: CREATED },
        { op: 'replace', path: '/price', value: 25 },
        { op: 'add', path: '/tags/-', value: 'new' },
        { op: 'remove', path: '/tags/0' },
        { op: 'move', from: '/code', path: '/tags/0' },
        { op: 'copy', from: '/size/measured', path: '/name' },
      ]);
      assert.equal(answer.status, 200, answer.text);
      const { code: _, ...rest } = WHOLE;
      assert.deepEqual(await bodyOf(), {
        ...rest,
        name: CREATED,
        price: 25,
        tags: ['S1', 'steel', 'new'],
        size: { width: 20, measured: CREATED },
        created: CREATED,
        changed: ['code', 'name', 'price', 'tags'],
      });
      assert.equal(answer.text, (await http.get('/articles/1/')).text);
    });

    it('may replace the whole, but for what only the server writes', async () => {
      const { send, bodyOf } = await served();
      const value = { name: 'Hoe', price: 5, size: { width: 3 } };
      const answer = await send(PATCH, [{ op: 'replace', path: '', value }]);
      assert.equal(answer.status, 200, answer.text);
      const { changed, ...body } = await bodyOf();
      assert.deepEqual(body, { ...value, size: { width: 3, measured: CREATED }, created: CREATED });
      assert.ok(changed?.includes('tags'));
    });

    it('[H52] that leaves the body invalid changes nothing, and says which operation does it', async () => {
      const { refused } = await served();
      const price = { op: 'replace', path: '/price', value: 25 };
      for (const [patch, pointers] of [
        [[price, { op: 'add', path: '/tags/-', value: 5 }], ['/1/value']],
        [[price, { op: 'replace', path: '/tags', value: ['a', 5] }], ['/1/value/1']],
        [[price, { op: 'remove', path: '/name' }], ['/1/path']],
        [[price, { op: 'move', from: '/name', path: '/code' }], ['/1/from']],
        [[price, { op: 'add', path: '/none', value: 1 }], ['/1/value']],
        [
          [
            { op: 'replace', path: '/price', value: -1 },
            { op: 'add', path: '/size/width', value: '' },
          ],
          ['/0/value', '/1/value'],
        ],
        [Array.from({ length: 4 }, () => ({ op: 'add', path: '/tags/-', value: 'x' })), ['/3/path']],
        [[price, { op: 'replace', path: '', value: 5 }], ['/1/value']],
        [[{ op: 'replace', path: '', value: { price: 5 } }], ['/0/value/name']],
      ] as const) {
        const document = await refused(PATCH, patch, 422, 'invalid-document');
        assert.deepEqual(pointersOf(document).toSorted(), pointers);
      }
    });

    it('[H17] of what only the server writes, changes nothing', async () => {
      const { refused } = await served();
      for (const [operation, pointer] of [
        [{ op: 'replace', path: '/created', value: 'now' }, '/1/path'],
        [{ op: 'remove', path: '/created' }, '/1/path'],
        [{ op: 'move', from: '/created', path: '/code' }, '/1/from'],
        [{ op: 'copy', from: '/code', path: '/created' }, '/1/path'],
        [{ op: 'add', path: '/changed', value: ['x'] }, '/1/path'],
        [{ op: 'remove', path: '/size/measured' }, '/1/path'],
        [{ op: 'replace', path: '/size', value: { width: 1, measured: 'now' } }, '/1/value/measured'],
        [{ op: 'replace', path: '', value: { ...SPADE, created: 'now' } }, '/1/value/created'],
      ] as const) {
        const patch = [{ op: 'replace', path: '/price', value: 25 }, operation];
        assert.deepEqual(pointersOf(await refused(PATCH, patch, 422, 'invalid-document')), [pointer]);
      }
    });

    it('whose test fails, or that leads nowhere, is a conflict', async () => {
      const { refused } = await served();
      const price = { op: 'replace', path: '/price', value: 25 };
      for (const [operation, pointer] of [
        [{ op: 'test', path: '/price', value: 20 }, '/1/path'],
        [{ op: 'remove', path: '/supplier' }, '/1/path'],
        [{ op: 'move', from: '/supplier', path: '/code' }, '/1/from'],
        [{ op: 'add', path: '/tags/9', value: 'x' }, '/1/path'],
      ] as const) {
        assert.deepEqual(pointersOf(await refused(PATCH, [price, operation], 409, 'conflict')), [pointer]);
      }
    });

    it('that is malformed is refused before anything is looked at', async () => {
      const { http, refused } = await served();
      for (const patch of [{}, 5, null, [1], [{ op: 'add' }], [{ op: 'jump', path: '' }]]) {
        await refused(PATCH, patch, 400, 'malformed-patch');
      }
      await refused(PATCH, [{ op: 'add', path: '/__proto__/x', value: 1 }], 400, 'forbidden-name');
      await refused(
        PATCH,
        [{ op: 'add', path: '/constructor/prototype/x', value: 1 }],
        400,
        'forbidden-name',
      );
      assert.equal(({} as Record<string, unknown>)['x'], undefined);
      const many = Array.from({ length: 1001 }, () => ({ op: 'test', path: '', value: 1 }));
      await refused(PATCH, many, 413, 'content-too-large');
      assertProblem(await http.patch('/articles/9/').type(PATCH).send('[]'), 404, 'not-found');
    });

    it('without operations changes nothing but the version', async () => {
      const { send, bodyOf } = await served();
      assert.equal((await send(PATCH, [])).status, 200);
      assert.deepEqual((await bodyOf()).changed, []);
    });
  });

  for (const [type, patch] of [
    ['application/shoji+json', entity({ price: 1 })],
    [MERGE, { price: 1 }],
    [PATCH, [{ op: 'replace', path: '/price', value: 1 }]],
  ] as const) {
    it(`[H43] as ${type} it holds to If-Match`, async () => {
      const { http, send, bodyOf } = await served();
      const etag = (await http.get('/articles/1/')).headers['etag'] as string;
      assert.equal((await send(type, patch).set('If-Match', etag)).status, 200);
      assertProblem(await send(type, patch).set('If-Match', etag), 412, 'precondition-failed');
      assert.equal((await bodyOf()).price, 1);
    });

    it(`[H56] as ${type}, of what does not exist, is 404`, async () => {
      const { http } = await served();
      for (const condition of ['*', '"a"']) {
        const answer = await http
          .patch('/articles/9/')
          .type(type)
          .set('If-Match', condition)
          .send(JSON.stringify(patch));
        assertProblem(answer, 404, 'not-found');
      }
    });
  }

  it('of many at once that add to one array, all are kept', async () => {
    const { send, bodyOf } = await served();
    await send(MERGE, { tags: [] });
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((tag) => send(PATCH, [{ op: 'add', path: '/tags/-', value: tag }])),
    );
    for (const { status, text } of answers) assert.equal(status, 200, text);
    assert.deepEqual((await bodyOf()).tags?.toSorted(), ['a', 'b', 'c', 'd', 'e']);
  });

  it('[H14] in a format that is not taken is refused', async () => {
    const { http } = await served();
    for (const type of [
      'application/xml',
      'application/json-patch',
      'application/merge-patch+json;charset=latin1',
    ]) {
      const answer = await http.patch('/articles/1/').type(type).send('{}');
      assertProblem(answer, 415, 'unsupported-media-type');
      assert.match(answer.headers['accept-patch'] ?? '', /merge-patch\+json, application\/json-patch\+json$/);
    }
    assertProblem(await http.put('/articles/1/').type(MERGE).send('{}'), 415, 'unsupported-media-type');
  });
});
