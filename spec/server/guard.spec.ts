import assert from 'node:assert/strict';
import request from 'supertest';
import type { Guard } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

describe('a guard', () => {
  const serve = serving();

  /** Whose `X-Role` is `admin` may do all; the others, what the guard lets them. */
  async function served(guard: Guard) {
    const { origin } = await serve(
      shop({ guard: (access) => access.state['role'] === 'admin' || guard(access) }),
      (app, api) => {
        app.use((ctx, next) => {
          ctx.state['role'] = ctx.get('X-Role');
          return next();
        });
        app.use(api.routes());
      },
    );
    const http = request(origin);
    await http.post('/customers/').set('X-Role', 'admin').send(entity(ADA)).expect(201);
    return http;
  }

  const reader: Guard = ({ method }) => method === 'GET';

  it('that refuses a method has it answered 403, and hides it from Allow', async () => {
    const http = await served(reader);
    const attempts = [
      http.post('/customers/').send(entity(ADA)),
      http.put('/customers/1/').send(entity(ADA)),
      http.patch('/customers/1/').send(entity(ADA)),
      http.delete('/customers/1/'),
      http.put('/customers/1/name').type('json').send('"Grace"'),
      http.put('/customers/settings').type('json').send('1'),
    ];
    for (const attempt of attempts) assertProblem(await attempt, 403, 'forbidden');
    for (const path of ['/customers/', '/customers/1/', '/customers/1/name', '/customers/settings']) {
      assert.equal((await http.options(path)).headers['allow'], 'GET, HEAD, OPTIONS');
    }
    assert.equal(
      (await http.options('/customers/1/').set('X-Role', 'admin')).headers['allow'],
      'GET, HEAD, PUT, PATCH, DELETE, OPTIONS',
    );
    const { text } = await http.get('/customers/1/');
    assert.equal(JSON.parse(text).body.name, 'Ada');
  });

  it('[H30] a method that the resource lacks stays 405, with what the caller may do', async () => {
    const http = await served(reader);
    const answer = await http.delete('/customers/');
    assertProblem(answer, 405, 'method-not-allowed');
    assert.equal(answer.headers['allow'], 'GET, HEAD, OPTIONS');
  });

  const noOrders: Guard = ({ resource }) => !['Orders', 'Initials', 'Frequent'].includes(resource.name);

  it('that refuses GET has the resource gone: not there, not linked, not in OPTIONS', async () => {
    const http = await served(noOrders);
    for (const path of ['/customers/1/orders/', '/customers/1/initials', '/customers/frequent/']) {
      for (const method of ['get', 'options', 'put', 'post'] as const) {
        assertProblem(await http[method](path), 404, 'not-found');
      }
      assert.equal((await http.get(path).set('X-Role', 'admin')).status, 200);
    }
    const customer = JSON.parse((await http.get('/customers/1/')).text);
    assert.equal(customer.catalogs, undefined);
    assert.equal(customer.views, undefined);
    const all = JSON.parse((await http.get('/customers/1/').set('X-Role', 'admin')).text);
    assert.deepEqual(all.catalogs, { orders: 'orders/' });
    assert.deepEqual(all.views, { initials: 'initials' });
  });

  it('[H41] gives callers who see different links different ETags, and says what answers vary by', async () => {
    const http = await served(noOrders);
    for (const path of ['/customers/', '/customers/1/']) {
      const [few, all] = [await http.get(path), await http.get(path).set('X-Role', 'admin')];
      assert.notEqual(few.headers['etag'], all.headers['etag']);
      assert.equal(few.headers['vary'], 'Accept, Authorization, Cookie');
      assert.equal((await http.get(path).set('If-None-Match', all.headers['etag'] as string)).status, 200);
      assert.equal((await http.get(path).set('If-None-Match', few.headers['etag'] as string)).status, 304);
    }
  });

  it('is told the resource, the method, the state and the variables of the path', async () => {
    const seen: string[] = [];
    const http = await served(({ resource, method, state, params }) => {
      seen.push(`${resource.name} ${method} ${JSON.stringify(state)} ${JSON.stringify(params)}`);
      return true;
    });
    await http.get('/customers/1/orders/').set('X-Role', 'clerk').expect(200);
    assert.ok(seen.includes('Orders GET {"role":"clerk"} {"id":"1"}'), seen.join('\n'));
  });

  it('that throws is a fault of the server', async () => {
    const http = await served(() => {
      throw new Error('no session');
    });
    assertProblem(await http.get('/customers/'), 500, 'internal-error');
  });
});
