import assert from 'node:assert/strict';
import { Router } from '@koa/router';
import Koa from 'koa';
import koaMount from 'koa-mount';
import request from 'supertest';
import type { Api, ShojiOptions } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import type { Mount } from './serve.js';
import { ADA, entity, shop } from './shop.js';

/** Shortens the path for what is below it, as koa-mount does. */
const below = (prefix: string, api: Api): Koa.Middleware => {
  const routes = api.routes();
  return async (ctx, next) => {
    const { path } = ctx;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return next();
    ctx.path = path.slice(prefix.length) || '/';
    await routes(ctx, async () => {
      ctx.path = path;
      await next();
      ctx.path = path.slice(prefix.length) || '/';
    });
    ctx.path = path;
  };
};

const WAYS: Readonly<Record<string, { readonly prefix: string; readonly mount: Mount }>> = {
  directly: { prefix: '', mount: (app, api) => app.use(api.routes()).use(api.allowedMethods()) },
  'nested into a router': {
    prefix: '/api',
    mount: (app, api) => {
      const router = new Router();
      router.use('/api', api.routes(), api.allowedMethods());
      app.use(router.routes()).use(router.allowedMethods());
    },
  },
  'nested into a router without a path': {
    prefix: '',
    mount: (app, api) => {
      const router = new Router();
      router.use(api.routes());
      app.use(router.routes());
    },
  },
  'nested into a router that has a prefix': {
    prefix: '/v1/api',
    mount: (app, api) => {
      const router = new Router({ prefix: '/v1' });
      router.use('/api', api.routes());
      app.use(router.routes());
    },
  },
  'nested twice': {
    prefix: '/outer/inner',
    mount: (app, api) => {
      const inner = new Router().use('/inner', api.routes());
      app.use(new Router().use('/outer', inner.routes()).routes());
    },
  },
  'below middleware that shortens the path': {
    prefix: '/api',
    mount: (app, api) => app.use(below('/api', api)),
  },
  'nested below a variable': {
    prefix: '/tenants/x',
    mount: (app, api) => app.use(new Router().use('/tenants/:tenant', api.routes()).routes()),
  },
  'nested below a variable that is called as a resource is': {
    prefix: '/customers/customers',
    mount: (app, api) => app.use(new Router().use('/customers/:tenant', api.routes()).routes()),
  },
  'nested into a router whose prefix has a variable': {
    prefix: '/x/api',
    mount: (app, api) => app.use(new Router({ prefix: '/:tenant' }).use('/api', api.routes()).routes()),
  },
  'nested into a router that gets its prefix later': {
    prefix: '/x/y',
    mount: (app, api) => {
      const router = new Router().use(api.routes());
      app.use(router.prefix('/:a/:b').routes());
    },
  },
  'nested twice below variables': {
    prefix: '/a/b/inner/c',
    mount: (app, api) => {
      const inner = new Router().use('/inner/:c', api.routes());
      app.use(new Router().use('/:a/:b', inner.routes()).routes());
    },
  },
  'nested below a part that is optional, and there': {
    prefix: '/v1/eu',
    mount: (app, api) => app.use(new Router().use('/v1{/:region}', api.routes()).routes()),
  },
  'nested below several paths': {
    prefix: '/two/x',
    mount: (app, api) => app.use(new Router().use(['/one', '/two/:tenant'], api.routes()).routes()),
  },
  'nested below a prefix that is asked for in other letters': {
    prefix: '/API/X',
    mount: (app, api) => app.use(new Router().use('/api/:tenant', api.routes()).routes()),
  },
  'nested below a variable whose value is encoded': {
    prefix: '/%C3%A9%2Ff/api',
    mount: (app, api) => app.use(new Router().use('/:tenant/api', api.routes()).routes()),
  },
  'by koa-mount': { prefix: '/api', mount: (app, api) => app.use(koaMount('/api', api.routes())) },
  'by koa-mount at a path with a slash': {
    prefix: '/api',
    mount: (app, api) => app.use(koaMount('/api/', api.routes())),
  },
  'by koa-mount, as an application within another': {
    prefix: '/outer/inner',
    mount: (app, api) => {
      const inner = new Koa().use(koaMount('/inner', new Koa().use(api.routes())));
      app.use(koaMount('/outer', inner));
    },
  },
  'by koa-mount, around a router': {
    prefix: '/outer/x/inner',
    mount: (app, api) =>
      app.use(koaMount('/outer', new Router().use('/:tenant/inner', api.routes()).routes())),
  },
};

describe('an API that is mounted', () => {
  const serve = serving();

  it('[H22] explains below koa-mount at a path with a slash what is behind a doubled one', async () => {
    const { port } = await serve(shop(), (app, api) => app.use(koaMount('/api/', api.routes())));
    const answer = await raw(port, requestText('GET /api//evil.example'));
    assert.equal(answer.status, 404);
    assert.equal(JSON.parse(answer.text).type, '/api/problems/not-found');
  });

  for (const [way, { prefix, mount }] of Object.entries(WAYS)) {
    describe(way, () => {
      async function served(options: ShojiOptions = {}) {
        const { origin } = await serve(shop(options), mount);
        return request(origin);
      }

      it('shows its prefix in self and Location', async () => {
        const http = await served();
        const made = await http.post(`${prefix}/customers/`).send(entity(ADA));
        assert.equal(made.status, 201, made.text);
        assert.equal(made.headers['location'], `${prefix}/customers/1/`);
        for (const path of [
          '/',
          '/customers/',
          '/customers/1/',
          '/customers/1/orders/',
          '/customers/frequent/?visits=3',
          '/countries/',
        ]) {
          const answer = await http.get(prefix + path);
          assert.equal(answer.status, 200, answer.text);
          assert.equal(JSON.parse(answer.text).self, prefix + path);
        }
      });

      it('leads on from its root by relative links', async () => {
        const http = await served();
        await http.post(`${prefix}/customers/`).send(entity(ADA)).expect(201);
        const follow = async (from: string, href: string) => {
          const { pathname, search } = new URL(href, `http://test${from}`);
          const answer = await http.get(pathname + search);
          assert.equal(answer.status, 200, pathname);
          return { path: pathname, document: JSON.parse(answer.text) };
        };
        const root = await follow(`${prefix}/`, '');
        const customers = await follow(root.path, root.document.catalogs.customers);
        const ada = await follow(customers.path, customers.document.entities[0]);
        const name = await follow(ada.path, ada.document.fragments['display name']);
        assert.equal(name.document, 'Ada');
        const frequent = await follow(customers.path, customers.document.catalogs.frequent);
        assert.equal((await follow(frequent.path, frequent.document.entities[0])).path, ada.path);
      });

      it('redirects to the slash below its prefix', async () => {
        const http = await served();
        await http.post(`${prefix}/customers/`).send(entity(ADA)).expect(201);
        for (const path of ['/customers', '/customers/1', '/customers/1/orders']) {
          const got = await http.get(`${prefix}${path}`);
          assert.equal(got.status, 301);
          assert.equal(got.headers['location'], `${prefix}${path}/`);
          const put = await http.put(`${prefix}${path}?a=1`).send(entity(ADA));
          assert.equal(put.status, 308);
          assert.equal(put.headers['location'], `${prefix}${path}/?a=1`);
        }
      });

      it('explains its problems below its prefix', async () => {
        const http = await served();
        assertProblem(await http.get(`${prefix}/none/`), 404, 'not-found', prefix);
        assertProblem(await http.get(`${prefix}/customers/9/`), 404, 'not-found', prefix);
        const { type } = assertProblem(
          await http.put(`${prefix}/customers/`),
          405,
          'method-not-allowed',
          prefix,
        );
        const page = await http.get(type);
        assert.equal(page.status, 200);
        assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
      });

      it('has IRIs, OPTIONS and HEAD as anywhere', async () => {
        const http = await served();
        const options = await http.options(`${prefix}/customers/`);
        assert.equal(options.status, 204);
        assert.equal(options.headers['allow'], 'GET, HEAD, POST, PATCH, OPTIONS');
        assert.equal((await http.head(`${prefix}/customers/`)).status, 200);
      });

      it('takes a self that has the prefix', async () => {
        const http = await served();
        await http.post(`${prefix}/customers/`).send(entity(ADA)).expect(201);
        const put = (self: string) => http.put(`${prefix}/customers/1/`).send({ ...entity(ADA), self });
        assert.equal((await put(`${prefix}/customers/1/`)).status, 200);
        assert.equal((await put('')).status, 200);
        assertProblem(await put('/elsewhere/customers/1/'), 409, 'self-mismatch', prefix);
      });

      it('[H20] [H21] reads percent-encoding once', async () => {
        const http = await served();
        const made = await http
          .put(`${prefix}/countries/a%2Fb%2520/`)
          .set('If-None-Match', '*')
          .send(entity({ name: 'A' }));
        assert.equal(made.status, 201, made.text);
        assert.equal(made.headers['location'], `${prefix}/countries/a%2Fb%2520/`);
        assert.equal((await http.get(`${prefix}/countries/a%2Fb%2520/`)).status, 200);
        assertProblem(await http.get(`${prefix}/countries/%zz/`), 400, 'bad-iri', prefix);
      });

      it('stands behind its base as well', async () => {
        const http = await served({ base: 'https://api.example.org/shop/', absoluteLinks: true });
        const outside = `https://api.example.org/shop${prefix}`;
        const made = await http.post(`${prefix}/customers/`).send(entity(ADA)).expect(201);
        assert.equal(made.headers['location'], `${outside}/customers/1/`);
        const document = JSON.parse((await http.get(`${prefix}/customers/`)).text);
        assert.equal(document.self, `${outside}/customers/`);
        assert.deepEqual(document.entities, [`${outside}/customers/1/`]);
        assert.deepEqual(document.catalogs, { frequent: `${outside}/customers/frequent/` });
        assert.equal(document.views.visits, `${outside}/customers/visits{?limit,above}`);
        const frequent = JSON.parse((await http.get(`${prefix}/customers/frequent/`)).text);
        assert.deepEqual(frequent.entities, [`${outside}/customers/1/`]);
        assert.equal((await http.get(`${prefix}/customers`)).headers['location'], `${outside}/customers/`);
        assertProblem(await http.get(`${prefix}/none`), 404, 'not-found', `/shop${prefix}`);
      });
    });
  }

  describe('beside other routes', () => {
    const neighbours = (app: Koa, api: Api, mount: Mount) => {
      const before = new Router().get('/hello', (ctx) => {
        ctx.body = 'before';
      });
      const after = new Router()
        .get('/bye', (ctx) => {
          ctx.body = 'after';
        })
        .get('/empty', (ctx) => {
          ctx.status = 404;
          ctx.body = 'mine';
        })
        .get('/wrong', (ctx) => ctx.throw(400, 'mine'))
        .post('/echo', async (ctx) => {
          const chunks: Buffer[] = [];
          for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
          ctx.body = Buffer.concat(chunks).toString();
        });
      app.use(before.routes());
      mount(app, api);
      app.use(after.routes());
    };

    for (const [way, { prefix, mount }] of Object.entries(WAYS)) {
      it(`${way}, it leaves theirs alone`, async () => {
        const { origin } = await serve(shop(), (app, api) => neighbours(app, api, mount));
        const http = request(origin);
        assert.equal((await http.get('/hello')).text, 'before');
        assert.equal((await http.get('/bye')).text, 'after');
        assert.equal((await http.post('/echo').type('text').send('sent')).text, 'sent');
        const empty = await http.get('/empty');
        assert.deepEqual([empty.status, empty.text], [404, 'mine']);
        const wrong = await http.get('/wrong');
        assert.deepEqual([wrong.status, wrong.text], [400, 'mine']);
        assert.equal((await http.get(`${prefix}/customers/`)).status, 200);
        assertProblem(await http.get(`${prefix}/none`), 404, 'not-found', prefix);
      });
    }

    it('middleware before it reaches resource methods by ctx.state', async () => {
      const { origin } = await serve(shop({ guard: ({ state }) => state['user'] === 'ada' }), (app, api) => {
        app.use(async (ctx, next) => {
          ctx.state['user'] = ctx.get('X-User');
          await next();
          ctx.set('X-After', String(ctx.status));
        });
        app.use(api.routes());
      });
      const answer = await request(origin).get('/customers/').set('X-User', 'ada');
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['x-after'], '200');
      assertProblem(await request(origin).get('/customers/').set('X-User', 'eve'), 404, 'not-found');
    });

    it('two of them do not disturb each other', async () => {
      const other = shop();
      const { origin } = await serve(shop(), (app, api) => {
        app.use(new Router().use('/one', api.routes()).use('/two', other.routes()).routes());
      });
      await request(origin).post('/one/customers/').send(entity(ADA)).expect(201);
      assert.deepEqual(JSON.parse((await request(origin).get('/one/customers/')).text).entities, ['1/']);
      const two = JSON.parse((await request(origin).get('/two/customers/')).text);
      assert.deepEqual(two.entities, []);
      assert.equal(two.self, '/two/customers/');
      await other.stop();
    });

    it("an inner application behind koa-mount's kind of mounting answers for itself", async () => {
      const { origin } = await serve(shop(), (app, api) => {
        app.use(below('/api', api));
        app.use((ctx) => {
          ctx.body = ctx.path;
        });
      });
      assert.equal((await request(origin).get('/api/none')).text, '/api/none');
      assert.equal((await request(origin).get('/apish')).text, '/apish');
    });
  });
});
