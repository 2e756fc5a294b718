import assert from 'node:assert/strict';
import { Type } from 'typebox';
import Koa from 'koa';
import request from 'supertest';
import { Catalog, Entity, MemoryStore, View, shoji } from '../lib/index.js';

class User extends Entity {
  static body = Type.Object({ name: Type.String() });
}
class Users extends Catalog<typeof User> {
  static iri = 'company/users/';
  static entity = User;
}
class Counts extends View {
  static iri = 'counts';
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
    class Home extends Catalog {
      static iri = '/';
      static title = 'Home';
      static catalogs = { people: 'company/users/' };
    }
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
    assert.equal(await store.count({ catalog: 'company/users', within: [] }), 0);
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

  it('writes IRIs under its base, which may be an IRI itself', () => {
    const iri = shoji([Users], { base: 'https://例え.jp/é/' }).iri(Users);
    assert.match(iri, /^[!-~]+$/, 'ASCII, fit for a header field');
    assert.equal(new URL(iri).href, new URL('https://例え.jp/é/company/users/').href);
  });
});
