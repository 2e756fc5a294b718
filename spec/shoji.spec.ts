import assert from 'node:assert/strict';
import { Type } from 'typebox';
import Koa from 'koa';
import request from 'supertest';
import { Catalog, Entity, MemoryStore, View, shoji } from '../lib/index.js';
import type { Store } from '../lib/index.js';

class User extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}
class Users extends Catalog.of(User, { iri: 'company/users/' }) {}
class Counts extends View.of({ iri: 'counts' }) {
  value() {
    return [this.constructor.name];
  }
}

describe('shoji()', () => {
  it('makes a root that links to each class by the last segment of its path', async () => {
    const api = shoji([Users, Counts], { title: 'Company', description: 'All of it.' });
    const app = new Koa().use(api.routes()).use(api.allowedMethods());
    const { body } = await request(app.callback()).get('/').expect(200);
    assert.deepEqual(body, {
      element: 'shoji:catalog',
      self: '/',
      title: 'Company',
      description: 'All of it.',
      catalogs: { users: 'company/users/' },
      views: { counts: 'counts' },
    });
    await api.stop();
  });

  it('takes a class of the IRI / as root', async () => {
    class Home extends Catalog.of({ iri: '/', title: 'Home', catalogs: { people: 'company/users/' } }) {}
    const api = shoji([Users, Home]);
    const app = new Koa().use(api.routes());
    const { body } = await request(app.callback()).get('/').expect(200);
    assert.deepEqual(body, {
      element: 'shoji:catalog',
      self: '/',
      title: 'Home',
      catalogs: { people: 'company/users/' },
    });
    await request(app.callback()).get('/company/users/').expect(200);
    await api.stop();
  });

  it('uses the store that it is given', async () => {
    const store = new MemoryStore();
    const api = shoji([Users], { store });
    assert.equal(api.store, store);
    await api.start();
    assert.equal(await store.count({ collection: 'company/users', parentIds: [] }), 0);
    await api.stop();
  });

  it('opens the store once, and once more after a failure', async () => {
    let opened = 0;
    class Slow extends MemoryStore {
      override open(plans: Parameters<MemoryStore['open']>[0]) {
        opened++;
        if (opened === 1) throw new Error('not yet');
        return super.open(plans);
      }
    }
    const api = shoji([Users], { store: new Slow() });
    await assert.rejects(api.start(), /not yet/);
    await Promise.all([api.start(), api.start()]);
    await api.start();
    assert.equal(opened, 2);
    await api.stop();
  });

  it('closes the store once, however often it is stopped, and is not started again', async () => {
    let closed = 0;
    class Counted extends MemoryStore {
      override close() {
        closed++;
        super.close();
      }
    }
    const api = shoji([Users], { store: new Counted() });
    await api.start();
    await Promise.all([api.stop(), api.stop()]);
    await api.stop();
    assert.equal(closed, 1);
    await assert.rejects(api.start(), /the API is stopped; make a new one by shoji\(\)/);
    await assert.rejects(api.check(), /the API is stopped/);
  });

  it('is stopped only after it has been started, where both are asked for at once', async () => {
    const done: string[] = [];
    class Slow extends (MemoryStore as unknown as new () => Store) {
      override async open(plans: Parameters<Store['open']>[0]) {
        await new Promise(setImmediate);
        await super.open(plans);
        done.push('opened');
      }
      override async close() {
        await super.close();
        done.push('closed');
      }
    }
    const api = shoji([Users], { store: new Slow() });
    await Promise.all([api.start(), api.stop()]);
    assert.deepEqual(done, ['opened', 'closed']);
    const app = new Koa().use(api.routes());
    app.silent = true;
    const { body, headers } = await request(app.callback()).get('/').expect(503);
    assert.equal(body.type, '/problems/unavailable');
    assert.match(headers['retry-after'] ?? '', /^\d+$/);
  });

  it('can be asked whether it can answer', async () => {
    let down = false;
    class Watched extends MemoryStore {
      override check() {
        if (down) throw new Error('down');
      }
    }
    const api = shoji([Users], { store: new Watched() });
    await assert.rejects(api.check(), /the API is not started; call start\(\)/);
    await api.start();
    await api.check();
    down = true;
    await assert.rejects(api.check(), /down/);
    down = false;
    await api.check();
    await api.stop();
  });

  it('tries again at the next request where the store could not be opened', async () => {
    let opened = 0;
    class Late extends MemoryStore {
      override open(plans: Parameters<MemoryStore['open']>[0]) {
        opened++;
        if (opened < 3) throw new Error('not yet, says /srv/app/users.db');
        super.open(plans);
      }
    }
    const api = shoji([Users], { store: new Late() });
    const app = new Koa().use(api.routes());
    app.silent = true;
    for (let time = 0; time < 2; time++) {
      const { text, headers } = await request(app.callback()).get('/').expect(503);
      assert.match(headers['retry-after'] ?? '', /^\d+$/);
      assert.doesNotMatch(text, /users\.db/);
    }
    await request(app.callback()).get('/').expect(200);
    await api.stop();
  });

  it('writes IRIs under its base, which may be an IRI itself', () => {
    const iri = shoji([Users], { base: 'https://例え.jp/é/' }).iri(Users);
    assert.match(iri, /^[!-~]+$/, 'ASCII, fit for a header field');
    assert.equal(iri, 'https://xn--r8jz45g.jp/%C3%A9/company/users/');
  });

  for (const [base, shown] of [
    ['https://BÜCHER.example', 'https://xn--bcher-kva.example'],
    ['https://b%C3%BCcher.example/', 'https://xn--bcher-kva.example'],
    ['HTTPS://API.Example.org:443/v1/', 'https://api.example.org/v1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ] as const) {
    it(`shows the base ${base} as ${shown}`, () => {
      assert.equal(shoji([Users], { base }).iri(Users), `${shown}/company/users/`);
    });
  }

  it('is told its base before its first request, and not later', async () => {
    const api = shoji([Users], { base: 'https://old.example/v1' });
    const app = new Koa().use(api.routes());
    await api.start();
    api.setBase('https://bücher.example/v2/');
    assert.equal(api.iri(Users), 'https://xn--bcher-kva.example/v2/company/users/');
    const { body } = await request(app.callback()).get('/company/users/').expect(200);
    assert.equal(body.self, 'https://xn--bcher-kva.example/v2/company/users/');
    const { text } = await request(app.callback()).get('/none').expect(404);
    assert.equal(JSON.parse(text).type, '/v2/problems/not-found');
    assert.throws(
      () => api.setBase('https://late.example'),
      /the API has had requests already; call setBase\(\) before/,
    );
    await api.stop();
    for (const base of ['', '/v1', 'https://ada:secret@a.example', 1 as unknown as string]) {
      assert.throws(() => shoji([Users]).setBase(base), /^TypeError: the base must be /);
    }
  });
});
