import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import connect from 'connect';
import express from 'express';
import Koa from 'koa';
import polka from 'polka';
import request from 'supertest';
import { createServer } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { ADA, entity, shop } from './shop.js';

type Shortened = IncomingMessage & { originalUrl?: string };

/** Takes a prefix away as middie does for Fastify: the query stays, and what is left begins with a slash. */
const asMiddie =
  (prefix: string, listener: RequestListener): RequestListener =>
  (req: Shortened, res) => {
    const { url = '/' } = req;
    req.originalUrl = url;
    req.url = url.slice(prefix.length);
    if (!req.url.startsWith('/')) req.url = `/${req.url}`;
    listener(req, res);
  };

const koaOf = (api: Api): RequestListener => {
  const handle = new Koa().use(api.routes()).callback();
  return (req, res) => void handle(req, res);
};

interface Host {
  readonly prefix: string;
  readonly host: (api: Api) => RequestListener;
}

const HOSTS: Readonly<Record<string, Host>> = {
  'Express, at its root': { prefix: '', host: (api) => express().use(api.listener()) as RequestListener },
  Express: { prefix: '/api', host: (api) => express().use('/api', api.listener()) as RequestListener },
  'Express, below a variable': {
    prefix: '/tenants/a%2Fb',
    host: (api) => express().use('/tenants/:tenant', api.listener()) as RequestListener,
  },
  'Express, by routers within each other': {
    prefix: '/outer/x/inner',
    host: (api) => {
      const inner = express.Router().use('/inner', api.listener());
      return express().use('/outer', express().use('/:tenant', inner)) as RequestListener;
    },
  },
  Connect: { prefix: '/api', host: (api) => connect().use('/api', api.listener()) },
  'Connect, at a path with a slash': {
    prefix: '/api',
    host: (api) => connect().use('/api/', api.listener()),
  },
  'Connect within Express': {
    prefix: '/outer/inner',
    host: (api) =>
      express().use('/outer', connect().use('/inner', api.listener()) as never) as RequestListener,
  },
  polka: {
    prefix: '/api',
    host: (api) => {
      const app = polka().use('/api', api.listener() as never);
      return (req, res) => app.handler(req as never, res);
    },
  },
  middie: { prefix: '/api', host: (api) => asMiddie('/api', api.listener()) },
  'Koa within Express': {
    prefix: '/api',
    host: (api) => express().use('/api', koaOf(api)) as RequestListener,
  },
  "Koa within Connect, below a router's variable": {
    prefix: '/outer/x',
    host: (api) => {
      const app = new Koa().use(new Router().use('/:tenant', api.routes()).routes());
      const handle = app.callback();
      return connect().use('/outer', (req: IncomingMessage, res) => void handle(req, res));
    },
  },
};

describe('an API within another host', () => {
  const running: { server: Server; api: Api }[] = [];

  afterEach(async () => {
    for (const { server, api } of running.splice(0)) {
      server.close();
      server.closeAllConnections();
      await api.stop();
    }
  });

  async function served({ host }: Pick<Host, 'host'>, api = shop()): Promise<number> {
    const server = createServer(host(api)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.push({ server, api });
    return (server.address() as AddressInfo).port;
  }

  for (const [name, { prefix, host }] of Object.entries(HOSTS)) {
    describe(name, () => {
      it('shows the path that it is below in self, Location and problems', async () => {
        const http = request(`http://127.0.0.1:${await served({ host })}`);
        const made = await http.post(`${prefix}/customers/`).send(entity(ADA));
        assert.equal(made.status, 201, made.text);
        assert.equal(made.headers['location'], `${prefix}/customers/1/`);
        for (const path of ['/', '/customers/', '/customers/1/', '/customers/frequent/?visits=3']) {
          const answer = await http.get(prefix + path);
          assert.equal(answer.status, 200, answer.text);
          assert.equal(JSON.parse(answer.text).self, prefix + path);
        }
        assert.equal((await http.get(`${prefix}/customers/1/name`)).text, '"Ada"');
        assertProblem(await http.get(`${prefix}/customers/9/`), 404, 'not-found', prefix);
        const { type } = assertProblem(
          await http.delete(`${prefix}/customers/`),
          405,
          'method-not-allowed',
          prefix,
        );
        assert.equal((await http.get(type)).status, 200);
      });

      it('redirects to the slash below that path', async () => {
        const http = request(`http://127.0.0.1:${await served({ host })}`);
        for (const path of [
          ...(prefix === '' ? [] : ['']),
          '/customers',
          '/customers/1',
          '/customers/1/orders',
        ]) {
          const got = await http.get(`${prefix}${path}`);
          assert.equal(got.status, 301);
          assert.equal(got.headers['location'], `${prefix}${path}/`);
          const put = await http.put(`${prefix}${path}?a=1`).send(entity(ADA));
          assert.equal(put.status, 308, put.text);
          assert.equal(put.headers['location'], `${prefix}${path}/?a=1`);
        }
      });

      it('takes a self with that path, and none without', async () => {
        const http = request(`http://127.0.0.1:${await served({ host })}`);
        await http.post(`${prefix}/customers/`).send(entity(ADA)).expect(201);
        const put = (self: string) => http.put(`${prefix}/customers/1/`).send({ ...entity(ADA), self });
        assert.equal((await put(`${prefix}/customers/1/`)).status, 200);
        if (prefix !== '') assertProblem(await put('/customers/1/'), 409, 'self-mismatch', prefix);
      });

      it('reads a target in absolute form', async () => {
        const port = await served({ host });
        const answer = await raw(port, requestText(`GET http://elsewhere.example${prefix}/customers/`));
        // Routers that look at the path alone may not know it as theirs.
        if (answer.status === 404) return;
        assert.equal(answer.status, 200, answer.text);
        assert.equal(JSON.parse(answer.text).self, `${prefix}/customers/`);
      });
    });
  }

  it('keeps to the path that Express says where something has rewritten the target', async () => {
    const app = express()
      .use((req, _, next) => {
        req.url = req.url.replace('/old/', '/api/customers/');
        next();
      })
      .use('/api', (_, __, next) => next());
    const host = (api: Api) => app.use('/api', api.listener()) as RequestListener;
    const http = request(`http://127.0.0.1:${await served({ host })}`);
    const answer = await http.get('/old/');
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.text).self, '/api/customers/');
  });

  describe('[H20] [H22] whose prefix a client can choose', () => {
    const HOSTILE = [
      '//evil.example',
      '/..',
      '/%2e%2E',
      '/.',
      '/a/..',
      '/%zz',
      '/%ff',
      '/%00',
      '/x"y',
      '/x%',
    ];
    const open: Readonly<Record<string, Pick<Host, 'host'>>> = {
      'by a router of Koa': {
        host: (api) => {
          const handle = new Koa().use(new Router().use('/*any', api.routes()).routes()).callback();
          return (req, res) => void handle(req, res);
        },
      },
      'by a host that takes two segments away': {
        host: (api) => (req: Shortened, res) => {
          req.originalUrl = req.url ?? '';
          req.url = req.originalUrl.slice(req.originalUrl.indexOf('/customers'));
          api.listener()(req, res);
        },
      },
    };
    for (const [name, { host }] of Object.entries(open)) {
      for (const prefix of HOSTILE) {
        it(`[H22] ${name}, ${prefix} is refused`, async () => {
          const port = await served({ host });
          for (const line of [
            `GET ${prefix}/customers/`,
            `GET ${prefix}/customers`,
            `POST ${prefix}/customers`,
          ]) {
            const answer = await raw(port, requestText(line));
            assert.ok(answer.status === 400 || answer.status === 404, `${line}: ${answer.status}`);
            assertProblem(answer, answer.status, answer.status === 400 ? 'bad-iri' : 'not-found');
            assert.equal(answer.headers['location'], undefined);
          }
        });
      }
    }
  });
});
