import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import connect from 'connect';
import express from 'express';
import Koa from 'koa';
import { Catalog, ProblemError, View, createServer, shoji } from '../../lib/index.js';
import type { Api, ShojiOptions } from '../../lib/index.js';
import { raw, requestText } from './raw.js';
import type { RawResponse } from './raw.js';
import { ADA, entity, shop } from './shop.js';

/** What earlier middleware sets of an answer. */
type Fields = Readonly<Record<string, string | readonly string[]>>;

type Way = (api: Api, fields: Fields) => RequestListener;

const setAll = (res: ServerResponse, fields: Fields) => {
  for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
};

/** Ways in which other middleware stands before an API. */
const WAYS: Readonly<Record<string, Way>> = {
  'middleware of Koa': (api, fields) => {
    const app = new Koa();
    app.silent = true;
    app.use((ctx, next) => {
      setAll(ctx.res, fields);
      return next();
    });
    const handle = app.use(api.routes()).callback();
    return (req, res) => void handle(req, res);
  },
  'middleware of Connect': (api, fields) => {
    const app = connect();
    app.use((_: IncomingMessage, res: ServerResponse, next: () => void) => {
      setAll(res, fields);
      next();
    });
    return app.use(api.listener({ onError: () => undefined }));
  },
  'middleware of Express': (api, fields) =>
    express()
      .use((_, res, next) => {
        setAll(res, fields);
        next();
      })
      .use(api.listener({ onError: () => undefined })) as RequestListener,
};

describe('an API behind other middleware', () => {
  const running: { server: Server; api: Api }[] = [];

  afterEach(async () => {
    for (const { server, api } of running.splice(0)) {
      server.close();
      server.closeAllConnections();
      await api.stop();
    }
  });

  async function listen(api: Api, listener: RequestListener): Promise<number> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.push({ server, api });
    return (server.address() as AddressInfo).port;
  }

  const json = (line: string, document: unknown, ...fields: string[]) => {
    const body = JSON.stringify(document);
    return requestText(
      line,
      ['Content-Type: application/json', `Content-Length: ${body.length}`, ...fields],
      body,
    );
  };

  /** A request for each kind of answer, after those before it. */
  const REQUESTS: readonly (readonly [status: number, request: string])[] = [
    [201, json('POST /customers/', entity(ADA))],
    [200, requestText('GET /customers/')],
    [200, requestText('HEAD /customers/1/')],
    [200, requestText('GET /customers/1/name')],
    [304, requestText('GET /customers/1/', ['If-None-Match: *'])],
    [204, requestText('OPTIONS /customers/')],
    [301, requestText('GET /customers')],
    [308, json('POST /customers', entity(ADA))],
    [200, json('PUT /customers/1/', entity({ ...ADA, visits: 4 }))],
    [400, requestText('GET /customers/?x=1')],
    [400, requestText('GET /%zz')],
    [404, requestText('GET /customers/9/')],
    [404, requestText('GET /nowhere')],
    [405, requestText('DELETE /customers/')],
    [406, requestText('GET /customers/', ['Accept: text/html'])],
    [409, json('PUT /customers/1/', { ...entity(ADA), self: '/customers/2/' })],
    [412, json('PUT /customers/1/', entity(ADA), 'If-Match: "stale"')],
    [413, requestText('POST /customers/', ['Content-Type: application/json', 'Content-Length: 9999999'])],
    [415, requestText('POST /customers/', ['Content-Type: text/plain', 'Content-Length: 1'], 'x')],
    [422, json('POST /customers/', entity({}))],
    [501, requestText('PROPFIND /customers/')],
    [204, requestText('DELETE /customers/1/')],
  ];

  async function answers(
    way: Way,
    fields: Fields,
    options: ShojiOptions = {},
  ): Promise<(RawResponse & { what: string })[]> {
    const api = shop(options);
    const port = await listen(api, way(api, fields));
    const all: (RawResponse & { what: string })[] = [];
    for (const [status, request] of REQUESTS) {
      const answer = await raw(port, request, { untilClose: true });
      const what = `${status} to ${request.split(' HTTP', 1)[0]}`;
      assert.equal(answer.status, status, what);
      all.push({ ...answer, what });
    }
    return all;
  }

  const namesIn = (list: string | undefined) => (list ?? '').split(', ').map((name) => name.toLowerCase());
  const isUncached = (status: number) => status >= 300 && status !== 304;

  for (const [name, way] of Object.entries(WAYS)) {
    describe(`by ${name}`, () => {
      it('[H36] adds to the Vary that is there, whatever it answers', async () => {
        for (const { headers, status, what } of await answers(way, { Vary: 'Origin, accept' })) {
          const vary = namesIn(headers['vary']);
          assert.deepEqual(vary, ['origin', 'accept'], `${status} ${what}`);
        }
      });

      it('[H36] adds to a Vary of several lines, and repeats nothing', async () => {
        const fields = { vary: ['Origin', 'Accept-Encoding'] };
        for (const { headers, status, what } of await answers(way, fields, { guard: () => true })) {
          const vary = namesIn(headers['vary']);
          const expected = ['origin', 'accept-encoding'];
          const ours = ['accept', 'authorization', 'cookie'];
          const isVaried = status !== 204 && !(status === 200 && vary.length === 2);
          assert.deepEqual(vary, isVaried ? [...expected, ...ours] : expected, what);
        }
      });

      it('[H36] leaves a Vary of * as it is', async () => {
        for (const { headers, what } of await answers(way, { Vary: '*' })) {
          assert.equal(headers['vary'], '*', what);
        }
      });

      it('[H36] leaves a Cache-Control that is there to documents, and not to problems and redirects', async () => {
        for (const { headers, status, what } of await answers(way, {
          'Cache-Control': 'public, max-age=60',
        })) {
          assert.equal(
            headers['cache-control'],
            isUncached(status) ? 'no-store' : 'public, max-age=60',
            what,
          );
        }
      });

      it('[H36] leaves a Cache-Control that is stricter everywhere', async () => {
        for (const { headers, what } of await answers(way, { 'Cache-Control': 'no-store, no-transform' })) {
          assert.equal(headers['cache-control'], 'no-store, no-transform', what);
        }
      });

      it('[H36] lets no Cache-Control give to all what a guard lets one see', async () => {
        const fields = { 'Cache-Control': 'public, max-age=60' };
        for (const { headers, status, what } of await answers(way, fields, { guard: () => true })) {
          if (status === 204) continue;
          const expected = isUncached(status) ? 'no-store' : 'private, no-cache';
          assert.equal(headers['cache-control'], expected, what);
        }
        for (const { headers, status, what } of await answers(
          way,
          { 'Cache-Control': 'private, max-age=5' },
          { guard: () => true },
        )) {
          if (!isUncached(status)) assert.equal(headers['cache-control'], 'private, max-age=5', what);
        }
      });

      it('[H36] leaves what else is there', async () => {
        const fields = { 'Access-Control-Allow-Origin': 'https://app.example', 'Set-Cookie': ['a=1', 'b=2'] };
        for (const { headers, what } of await answers(way, fields)) {
          assert.equal(headers['access-control-allow-origin'], 'https://app.example', what);
          assert.equal(headers['set-cookie'], 'a=1, b=2', what);
        }
      });

      it('[H37] keeps redirects and problems out of all caches, and nothing else', async () => {
        for (const { headers, status, what } of await answers(way, {})) {
          const expected = isUncached(status) ? 'no-store' : status === 204 ? undefined : 'no-cache';
          assert.equal(headers['cache-control'], expected, what);
        }
      });

      it('[H37] says under a guard what redirects and problems vary by', async () => {
        for (const { headers, status, what } of await answers(way, {}, { guard: () => true })) {
          if (isUncached(status)) assert.equal(headers['vary'], 'Accept, Authorization, Cookie', what);
        }
      });

      it("[H37] holds for a class's own problems, whose fields stay", async () => {
        class Gone extends View.of({ iri: 'gone' }) {
          override value(): never {
            const headers = {
              'Cache-Control': 'public, max-age=60',
              Vary: 'X-Tenant',
              'WWW-Authenticate': 'Mine',
            };
            throw new ProblemError('not-found', { headers });
          }
        }
        class Things extends Catalog.of({ iri: 'things/' }) {
          static override views() {
            return { gone: Gone };
          }
        }
        const api = shoji([Things], { guard: () => true });
        const port = await listen(api, way(api, { 'WWW-Authenticate': 'Basic', Vary: 'Origin' }));
        const { status, headers } = await raw(port, requestText('GET /things/gone'));
        assert.equal(status, 404);
        assert.equal(headers['cache-control'], 'no-store');
        assert.equal(headers['vary'], 'Origin, X-Tenant, Accept, Authorization, Cookie');
        assert.equal(headers['www-authenticate'], 'Basic, Mine');
      });

      it('[H37] leaves the pages that explain problems to caches', async () => {
        const api = shop();
        const port = await listen(api, way(api, {}));
        const { headers } = await raw(port, requestText('GET /problems/not-found'));
        assert.equal(headers['cache-control'], undefined);
      });
    });
  }

  it('[H36] leaves what later middleware of Koa sets, also where that answers nothing', async () => {
    const api = shop();
    const app = new Koa()
      .use(async (ctx, next) => {
        await next();
        ctx.vary('Origin');
        if (ctx.path === '/customers/') ctx.set('Cache-Control', 'max-age=5');
      })
      .use(api.routes())
      .use((ctx) => {
        ctx.set('X-Later', 'yes');
        ctx.vary('X-Tenant');
      });
    const handle = app.callback();
    const port = await listen(api, (req, res) => void handle(req, res));
    const found = await raw(port, requestText('GET /customers/'));
    assert.equal(found.headers['vary'], 'Accept, Origin');
    assert.equal(found.headers['cache-control'], 'max-age=5');
    const missing = await raw(port, requestText('GET /nowhere'));
    assert.equal(missing.status, 404);
    assert.equal(missing.headers['x-later'], 'yes');
    assert.equal(missing.headers['vary'], 'X-Tenant, Origin');
    assert.equal(missing.headers['cache-control'], 'no-store');
  });

  it('[H36] answers through middleware that waits for the header, as compression does', async () => {
    const api = shop();
    const listener = api.listener();
    const port = await listen(api, (req, res) => {
      const writeHead = res.writeHead.bind(res);
      res.writeHead = (status: number, ...rest: unknown[]) => {
        assert.deepEqual(rest.filter(Array.isArray), [], 'old ones read no list of fields');
        const vary = res.getHeader('vary');
        res.setHeader('vary', vary === undefined ? 'Accept-Encoding' : `${String(vary)}, Accept-Encoding`);
        return writeHead(status, ...(rest as []));
      };
      listener(req, res);
    });
    for (const [status, line, vary] of [
      [200, 'GET /customers/', 'Accept, Accept-Encoding'],
      [200, 'HEAD /customers/', 'Accept, Accept-Encoding'],
      [404, 'GET /nowhere', 'Accept-Encoding'],
    ] as const) {
      const { headers, ...answer } = await raw(port, requestText(line), { untilClose: true });
      assert.equal(answer.status, status);
      assert.equal(headers['vary'], vary);
      assert.ok(Number(headers['content-length']) > 0);
    }
  });

  it('[H37] holds for what is refused before the API sees it', async () => {
    const api = shop();
    const port = await listen(api, api.listener());
    for (const [status, request] of [
      [400, 'GET /cust omers/ HTTP/1.1\r\nHost: a\r\n\r\n'],
      [400, 'GET / HTTP/1.1\r\n\r\n'],
      [417, 'GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n'],
      [431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`],
    ] as const) {
      const answer = await raw(port, request);
      assert.equal(answer.status, status);
      assert.equal(answer.headers['cache-control'], 'no-store');
    }
  });
});
