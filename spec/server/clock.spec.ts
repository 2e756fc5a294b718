import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { serving } from './serve.js';
import type { Mount } from './serve.js';
import { onEveryStore } from './stores.js';

class Note extends Entity.of({ body: Type.Object({ text: Type.String() }), fragments: { text: 'text' } }) {}

class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'client' }) {}

class Pages extends Catalog.of(Note, { iri: 'pages/', ids: 'integer', page: 10 }) {}

const MOUNTS: Readonly<Record<string, Mount | undefined>> = {
  'through Koa': undefined,
  'through listener()': (app, api) => {
    const listener = api.listener();
    app.use((ctx) => {
      ctx.respond = false;
      ctx.res.statusCode = 200;
      listener(ctx.req, ctx.res);
    });
  },
};

/** In the middle of a second, so that there is room on either side of it. */
const BEGINNING = Date.UTC(2024, 1, 29, 12, 0, 0, 500);
const HOUR = 3_600_000;

const note = (text: string) => ({ element: 'shoji:entity', body: { text } });

onEveryStore('[H71] the clock', (emptyStore) => {
  const serve = serving();
  const { now } = Date;
  let time = BEGINNING;

  beforeEach(() => {
    time = BEGINNING;
    Date.now = () => time;
  });
  afterEach(() => {
    Date.now = now;
  });

  for (const [host, mount] of Object.entries(MOUNTS)) {
    const started = async () => {
      const store = await emptyStore({ now: () => new Date(time) });
      const { origin } = await serve(shoji([Notes, Pages], { store }), mount);
      const http = request(origin);
      const put = (text: string) => http.put('/notes/a/').send(note(text));
      await put('first').set('If-None-Match', '*').expect(201);
      await http.post('/pages/').send(note('first')).expect(201);
      const lastModified = async (path: string): Promise<string> =>
        (await http.get(path).expect(200)).headers['last-modified'] as string;
      /** When documents say that they were changed, in milliseconds. */
      const updated = async (path: string): Promise<number> =>
        Date.parse(((await http.get(path).expect(200)).body.updated as string).replaceAll('#', ''));
      return { store, http, put, lastModified, updated };
    };

    /** To when the clock is set back once the first second of the resource is over. */
    const SET_BACK = { 'by an hour': BEGINNING - HOUR, 'into the second of the change': BEGINNING + 100 };

    for (const [how, setBack] of Object.entries(SET_BACK)) {
      for (const path of ['/notes/a/', '/notes/a/text', '/notes/', '/pages/', '/pages/1/']) {
        it(`makes no stale 304 and no lost update of ${path} where it is set back ${how}, ${host}`, async () => {
          const { http, lastModified } = await started();
          time = BEGINNING + 5000;
          const before = await lastModified(path);
          assert.equal(before, 'Thu, 29 Feb 2024 12:00:01 GMT', 'the first full second since the change');
          await http.get(path).set('If-Modified-Since', before).expect(304);

          time = setBack;
          for (const text of ['second', 'third']) {
            await http.put('/notes/a/').send(note(text)).expect(200);
            await http.put('/pages/1/').send(note(text)).expect(200);
            await http.get(path).set('If-Modified-Since', before).expect(200);
            if (path !== '/notes/a/' && path !== '/pages/1/') continue;
            await http.put(path).set('If-Unmodified-Since', before).send(note('lost')).expect(412);
            await http.delete(path).set('If-Unmodified-Since', before).expect(412);
          }
          time = BEGINNING + HOUR;
          await http.get(path).set('If-Modified-Since', before).expect(200);
          const after = await lastModified(path);
          assert.ok(Date.parse(after) > Date.parse(before), after);
          await http.get(path).set('If-Modified-Since', after).expect(304);
        });
      }
    }

    it(`never goes backwards in what documents say, ${host}`, async () => {
      const { http, put, updated } = await started();
      const steps: Readonly<Record<string, () => Promise<unknown>>> = {
        put: () => put('again').expect(200),
        'a change by part': () => http.patch('/notes/a/').send(note('part')).expect(200),
        'a change of a fragment': () => http.put('/notes/a/text').send('"fragment"').type('json').expect(200),
        'a change with a precondition': () => put('match').set('If-Match', '*').expect(200),
      };
      let before = await updated('/notes/a/');
      let ofList = await updated('/notes/');
      for (const [what, step] of Object.entries(steps)) {
        time -= HOUR;
        await step();
        const after = await updated('/notes/a/');
        assert.ok(
          after >= before,
          `${what}: ${new Date(before).toISOString()}, ${new Date(after).toISOString()}`,
        );
        const listAfter = await updated('/notes/');
        assert.ok(listAfter >= ofList && listAfter >= after, `${what}: of the list`);
        before = after;
        ofList = listAfter;
      }
      assert.ok(ofList < BEGINNING + 10_000, 'it does not run ahead by the number of writes');
    });

    it(`names no date that is later than the Date of the answer, which Node makes once a second, ${host}`, async () => {
      // What Node takes for the time is some milliseconds behind, and in the second before.
      const second = Math.floor(now() / 1000) * 1000;
      time = second + 700;
      const { http } = await started();
      time = second + 1005;
      for (const path of ['/notes/a/', '/notes/']) {
        const { headers } = await http.get(path).expect(200);
        assert.ok(
          Date.parse(headers['last-modified'] as string) <= Date.parse(headers['date'] as string),
          path,
        );
      }
    });

    it(`tells that an entity was removed, and made anew, where it is set back, ${host}`, async () => {
      const { http, put, lastModified } = await started();
      await http.put('/notes/b/').set('If-None-Match', '*').send(note('other')).expect(201);
      time = BEGINNING + 5000;
      const before = await lastModified('/notes/a/');
      const ofList = await lastModified('/notes/');
      time = BEGINNING - HOUR;
      await http.delete('/notes/a/').expect(204);
      await http.get('/notes/').set('If-Modified-Since', ofList).expect(200);
      await put('anew').set('If-None-Match', '*').expect(201);
      await http.get('/notes/a/').set('If-Modified-Since', before).expect(200);
      await put('lost').set('If-Unmodified-Since', before).expect(412);
    });

    it(`names no date that a write under way has too, ${host}`, async () => {
      const { store, http, lastModified } = await started();
      time += 100;
      let before = '';
      await store.transaction(async (transaction) => {
        const place = { collection: 'notes', parentIds: [] };
        await transaction.write([{ do: 'replace', key: place, id: 'a', body: { text: 'under way' } }]);
        time += 10_000;
        before = await lastModified('/notes/a/');
        assert.equal((await http.get('/notes/a/')).body.body.text, 'first');
      });
      const { body } = await http.get('/notes/a/').set('If-Modified-Since', before).expect(200);
      assert.equal(body.body.text, 'under way');
      assert.ok(
        Date.parse(await lastModified('/notes/a/')) > Date.parse(before),
        'it is named once that is over',
      );
    });

    it(`dates what is done under an Idempotency-Key, and by index, no earlier, ${host}`, async () => {
      const { http, lastModified } = await started();
      time = BEGINNING + 5000;
      const before = await lastModified('/pages/');
      const ofFirst = await lastModified('/pages/1/');
      time = BEGINNING - HOUR;
      await http.post('/pages/').set('Idempotency-Key', '"k"').send(note('second')).expect(201);
      await http.get('/pages/').set('If-Modified-Since', before).expect(200);
      const index = { '1/': { text: 'by index' } };
      await http.patch('/pages/').send({ element: 'shoji:catalog', index }).expect(204);
      await http.get('/pages/1/').set('If-Modified-Since', ofFirst).expect(200);
      await http.get('/pages/').set('If-Modified-Since', before).expect(200);
    });
  }
});
