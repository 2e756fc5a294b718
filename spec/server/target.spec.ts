import assert from 'node:assert/strict';
import request from 'supertest';
import type { ProblemName } from '../../lib/http/problem.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { ADAPTERS, serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

describe('the target of a request', () => {
  const serve = serving();

  const get = async (target: string, method = 'GET') =>
    raw((await serve(shop())).port, requestText(`${method} ${target}`));

  describe('with a path whose percent-encoding is no text', () => {
    for (const path of [
      '/%zz',
      '/customers/%',
      '/customers/%4',
      '/%ff',
      '/customers/%c0%af/',
      '/%ed%a0%80/',
      '/%00',
      '/customers/1%00/',
    ]) {
      for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
        it(`[H20] is refused: ${method} ${path}`, async () => {
          const answer = await get(path, method);
          if (method === 'HEAD') assert.equal(answer.status, 400);
          else assertProblem(answer, 400, 'bad-iri');
        });
      }
    }
  });

  describe('that HTTP has no room for', () => {
    for (const [host, mount] of Object.entries(ADAPTERS)) {
      it(`[H34] with a fragment is refused, through ${host}`, async () => {
        const { port } = await serve(shop(), mount);
        for (const target of ['/customers/#', '/customers/#top', '/?a=1#top', '/nowhere/#']) {
          assertProblem(await raw(port, requestText(`GET ${target}`)), 400, 'bad-request');
        }
      });

      it(`[H34] with a transfer coding other than chunked is not implemented, through ${host}`, async () => {
        const { port } = await serve(shop(), mount);
        const text = JSON.stringify(entity(ADA));
        const body = `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
        const fields = (coding: string) => ['Content-Type: application/json', `Transfer-Encoding: ${coding}`];
        for (const coding of ['gzip, chunked', 'foo,chunked']) {
          const answer = await raw(port, requestText('POST /customers/', fields(coding), body));
          assertProblem(answer, 501, 'not-implemented');
        }
        const list = await raw(port, requestText('GET /customers/'));
        assert.deepEqual(JSON.parse(list.text).entities, []);
        const made = await raw(port, requestText('POST /customers/', fields('Chunked'), body));
        assert.equal(made.status, 201);
      });
    }
  });

  describe('with an encoded slash', () => {
    it('[H21] is read with the slash as part of its segment', async () => {
      const { origin } = await serve(shop());
      const made = await request(origin)
        .put('/countries/a%2Fb/')
        .set('If-None-Match', '*')
        .send(entity({ name: 'A/B' }));
      assert.equal(made.status, 201, made.text);
      assert.equal(made.headers['location'], '/countries/a%2Fb/');
      const read = await request(origin).get('/countries/a%2fb/');
      assert.equal(JSON.parse(read.text).self, '/countries/a%2Fb/');
      const list = await request(origin).get('/countries/');
      assert.deepEqual(JSON.parse(list.text).entities, ['a%2Fb/']);
      assertProblem(await request(origin).get('/countries/a/b/'), 404, 'not-found');
    });

    for (const path of [
      '/customers%2F',
      '/customers%2Fvisits',
      '/customers/visits%2F',
      '/customers/1%2Fname',
      '/%2F/',
    ]) {
      it(`[H21] ${path} is not split`, async () => {
        const answer = await get(path);
        assert.ok(answer.status === 404 || answer.status === 301, String(answer.status));
        if (answer.status === 301) assert.equal(answer.headers['location'], `${path}/`);
      });
    }

    for (const path of [
      '/customers/%2F',
      '/customers/..%2f',
      '/customers/..%2f..%2f',
      '/customers/%2e%2e%2fcountries',
      '/customers/a%2F..%2Fb',
      '/customers/a%2F%2Fb',
      '/customers/a%2F',
      '/customers/a%2F.',
      '/customers/%2fevil.example',
      '/customers/%2F%2Fevil.example',
      '/customers/..%5c',
      '/customers/%5cevil.example',
      '/customers/%0d%0aSet-Cookie:a=b',
      '/customers/%7F',
      '/customers/1/orders/..%2f',
    ]) {
      for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'OPTIONS']) {
        it(`[H22] ${method} ${path} leads to no redirect`, async () => {
          const answer = await get(path, method);
          assert.equal(answer.status, 404);
          assert.equal(answer.headers['location'], undefined);
        });
      }
    }

    it('[H21] is redirected as any other where the encoded slash leads nowhere else', async () => {
      for (const path of ['/customers/a%2Fb', '/customers/%2525', '/customers/a.%2F.b', '/customers/...']) {
        const answer = await get(path);
        assert.equal(answer.status, 301);
        assert.equal(answer.headers['location'], `${path}/`);
      }
    });

    for (const path of ['/customers', '/customers/1', '/customers/', '/customers/1/', '/customers/visits']) {
      it(`[H31] TRACE ${path} is refused, and not redirected`, async () => {
        const answer = await get(path, 'TRACE');
        assertProblem(answer, 405, 'method-not-allowed');
        assert.match(answer.headers['allow'] ?? '', /^GET, HEAD, /);
      });

      it(`[H31] PROPFIND ${path} is not known, and not redirected`, async () => {
        assertProblem(await get(path, 'PROPFIND'), 501, 'not-implemented');
      });
    }
  });

  describe('with a path that leads elsewhere', () => {
    const paths = [
      '/%2e%2e%2f',
      '/%2e%2e/',
      '/../',
      '/customers/../countries/',
      '/customers/%2e%2e/',
      '/customers/./',
      '/customers/..%2f..%2f',
      '//evil.example/',
      '//evil.example',
      '//evil.example/customers',
      '/\\evil.example/',
      '/\\evil.example',
      '/customers//',
      '//customers',
      '/.//evil.example',
      '/%2f%2fevil.example',
      '/%5cevil.example',
      '/customers/%2fevil.example',
      '/customers/%0d%0aSet-Cookie:a=b',
      '/%0d%0aLocation:%20http://evil.example',
      '/customers?a=%0d%0aSet-Cookie:a=b',
      '/customers/%E2%80%AE',
      '/customers;a=b',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'POST']) {
        it(`[H22] gets no redirect and no header field of the client: ${method} ${path}`, async () => {
          const answer = await get(path, method);
          assert.equal(answer.headers['set-cookie'], undefined);
          if (answer.status === 301 || answer.status === 308) {
            assert.match(answer.headers['location'] ?? '', /^\/customers(?:\/|$)[!-~]*$/);
            return;
          }
          assert.ok(answer.status === 404 || answer.status === 400, `${answer.status}`);
          assertProblem(answer, answer.status, answer.status === 404 ? 'not-found' : 'bad-iri');
        });
      }
    }

    for (const path of ['/cust\romers/', '/cust\nomers/', '/cust omers/', '/cust\tomers/']) {
      it(`[H22] is refused where it comes as it is: ${JSON.stringify(path)}`, async () => {
        assertProblem(await get(path), 400, 'bad-request');
      });
    }
  });

  describe('that is long', () => {
    it('[H23] is read up to 8 KiB', async () => {
      assert.equal((await get(`/${'a'.repeat(8191)}`)).status, 404);
    });

    it('[H23] is refused over 8 KiB', async () => {
      assertProblem(await get(`/${'a'.repeat(8192)}`), 414, 'uri-too-long');
      assertProblem(await get(`/customers/visits?limit=${'1'.repeat(9000)}`), 414, 'uri-too-long');
    });
  });

  describe('with a query that the template does not declare', () => {
    const many = (name: string) => Array.from({ length: 1000 }, (_, index) => `${name}${index}=1`).join('&');
    const cases: Readonly<Record<string, string>> = {
      'unknown=1': 'unknown',
      'limit=1&limit=2': 'limit',
      'limit=ten': 'limit',
      'limit=': 'limit',
      'limit=0x10': 'limit',
      'limit=%201': 'limit',
      'limit=1.5': 'limit',
      'Limit=1': 'Limit',
      'limit[]=1': 'limit[]',
      'limit%5Ba%5D=1': 'limit[a]',
      '__proto__[x]=1': '__proto__[x]',
      '__proto__=1': '__proto__',
      'constructor=1': 'constructor',
      'toString=1': 'toString',
      'limit=9007199254740993': 'limit',
      'above=1,x': 'above',
      '=1': '',
      'limit=1?above=2': 'limit',
    };
    for (const [query, name] of Object.entries(cases)) {
      it(`[H24] is refused: ?${query}`, async () => {
        const problem = assertProblem(await get(`/customers/visits?${query}`), 400, 'bad-query');
        assert.ok(problem.detail?.includes(JSON.stringify(name)), problem.detail);
        assert.equal(({} as Record<string, unknown>)['x'], undefined);
      });
    }

    it('[H24] is refused by a catalog that searches, too', async () => {
      for (const query of ['visits=x', 'visits=1&visits=1', 'name=Ada']) {
        assertProblem(await get(`/customers/frequent/?${query}`), 400, 'bad-query');
      }
    });

    it('[H24] is refused by resources that declare none, whatever the method', async () => {
      const { origin } = await serve(shop());
      await request(origin).post('/customers/').send(entity(ADA)).expect(201);
      for (const path of ['/', '/customers/', '/customers/1/', '/customers/1/name', '/customers/settings']) {
        const problem = assertProblem(await request(origin).get(`${path}?page=2`), 400, 'bad-query');
        assert.match(problem.detail ?? '', /"page"/);
      }
      assertProblem(await request(origin).post('/customers/?dry=1').send(entity(ADA)), 400, 'bad-query');
      assertProblem(await request(origin).delete('/customers/1/?force=1'), 400, 'bad-query');
      assert.equal((await request(origin).get('/customers/1/')).status, 200);
    });

    it('[H24] is refused where it has 1,000 parameters', async () => {
      const short = many('').slice(0, 8000);
      assertProblem(await get(`/customers/visits?${short}`), 400, 'bad-query');
      assertProblem(await get(`/customers/visits?${many('above')}`), 414, 'uri-too-long');
    });

    for (const query of ['limit=%zz', 'limit=%ff', 'li%mit=1', 'limit=%00']) {
      it(`[H24] is refused where it is no text: ?${query}`, async () => {
        assertProblem(await get(`/customers/visits?${query}`), 400, 'bad-query');
      });
    }

    for (const query of [
      '',
      'limit=1',
      'limit=100&above=1,2',
      'above=-1',
      'above=1&above=2',
      '&',
      'li%6Dit=%31',
    ]) {
      it(`[H24] is told from ?${query}, which is read`, async () => {
        const answer = await get(`/customers/visits?${query}`);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.text, '[]');
      });
    }
  });

  describe('with a limit', () => {
    for (const limit of ['1000000000', '101', '0', '-1']) {
      it(`[H25] of ${limit} is refused, for the schema declares 1 to 100`, async () => {
        const problem = assertProblem(await get(`/customers/visits?limit=${limit}`), 400, 'bad-query');
        assert.match(problem.detail ?? '', /"limit" must be [<>]= 1/);
        assert.equal(problem.errors?.[0]?.pointer, '/limit');
      });
    }

    it('[H25] within the schema is read', async () => {
      const { origin } = await serve(shop());
      for (const visits of [1, 2, 3])
        await request(origin)
          .post('/customers/')
          .send(entity({ ...ADA, visits }))
          .expect(201);
      assert.equal((await request(origin).get('/customers/visits?limit=2')).text, '[1,2]');
      assert.equal((await request(origin).get('/customers/visits?limit=100&above=1')).text, '[2,3]');
    });
  });

  describe('beside the field Host', () => {
    const refused: Readonly<Record<string, readonly [string, ProblemName | undefined]>> = {
      'two of them': ['Host: a\r\nHost: b\r\n', 'bad-host'],
      'the same twice': ['Host: a\r\nhost: a\r\n', 'bad-host'],
      'an empty one': ['Host:\r\n', 'bad-host'],
      'one of white space': ['Host:  \t \r\n', 'bad-host'],
      'a list': ['Host: a, b\r\n', 'bad-host'],
      'one with a path': ['Host: a/customers\r\n', 'bad-host'],
      'one with user information': ['Host: me@a\r\n', 'bad-host'],
      'one with a broken port': ['Host: a:b\r\n', 'bad-host'],
      // Node refuses it before anyone sees it, and sends no body.
      none: ['', undefined],
    };
    for (const [what, [fields, name]] of Object.entries(refused)) {
      it(`[H26] is refused: ${what}`, async () => {
        const { port } = await serve(shop());
        const answer = await raw(port, `GET /customers/ HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`);
        if (name === undefined) assert.equal(answer.status, 400);
        else assertProblem(answer, 400, name);
      });
    }

    for (const host of [
      'a',
      'A.example:80',
      '127.0.0.1:8080',
      '[::1]',
      '[::1]:80',
      'a%20b',
      'xn--bcher-kva.example',
      'a:',
    ]) {
      it(`[H26] is read where that is ${host}`, async () => {
        const { port } = await serve(shop());
        assert.equal((await raw(port, requestText('GET /customers/', [`Host: ${host}`]))).status, 200);
      });
    }

    it('[H26] is read without one in HTTP/1.0', async () => {
      const { port } = await serve(shop());
      assert.equal((await raw(port, 'GET /customers/ HTTP/1.0\r\n\r\n')).status, 200);
    });
  });

  describe('and what a client says of the server', () => {
    const lies: Readonly<Record<string, readonly string[]>> = {
      Host: ['Host: evil.example'],
      'X-Forwarded-*': [
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-Proto: evil',
        'X-Forwarded-Prefix: /evil',
        'X-Forwarded-For: evil.example',
        'X-Forwarded-Port: 666',
        'X-Original-URL: /evil',
        'X-Rewrite-URL: /evil',
        'Forwarded: host=evil.example;proto=evil',
      ],
      'the absolute form': [],
    };
    for (const [what, fields] of Object.entries(lies)) {
      for (const base of ['', 'https://api.example.org']) {
        it(`[H27] never shows in an answer: ${what}${base === '' ? '' : ' beside a base'}`, async () => {
          const { port } = await serve(shop({ ...(base !== '' && { base, absoluteLinks: true }) }));
          const authority = what === 'the absolute form' ? 'http://evil.example' : '';
          const send = (method: string, path: string, body = '') => {
            const length = [`Content-Length: ${body.length}`, 'Content-Type: application/json'];
            return raw(
              port,
              requestText(`${method} ${authority}${path}`, [...fields, ...(body === '' ? [] : length)], body),
            );
          };
          const made = await send('POST', '/customers/', JSON.stringify(entity(ADA)));
          assert.equal(made.status, 201, made.text);
          assert.equal(made.headers['location'], `${base}/customers/1/`);
          for (const [path, status] of [
            ['/', 200],
            ['/customers/', 200],
            ['/customers/1/', 200],
            ['/customers/visits', 200],
            ['/customers', 301],
            ['/none', 404],
            ['/customers/?a=1', 400],
          ] as const) {
            const answer = await send('GET', path);
            assert.equal(answer.status, status, path);
            assert.doesNotMatch(answer.all, /evil|\b666(?!\d*Z)\b/);
            if (status === 200 && path.endsWith('/')) assert.equal(JSON.parse(answer.text).self, base + path);
          }
          assert.equal((await send('GET', '/customers')).headers['location'], `${base}/customers/`);
        });
      }
    }

    it('[H27] never shows in an answer where the application trusts its proxy', async () => {
      const api = shop();
      const { port } = await serve(api, (app) => {
        app.proxy = true;
        app.use(api.routes());
      });
      const answer = await raw(
        port,
        requestText('GET /customers/', ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https']),
      );
      assert.equal(JSON.parse(answer.text).self, '/customers/');
      assert.doesNotMatch(answer.all, /evil/);
    });

    it('[H27] is understood in absolute form below a mount, too', async () => {
      const api = shop();
      const { port } = await serve(api, (app) => {
        const routes = api.routes();
        app.use((ctx, next) => {
          ctx.path = ctx.path.slice('/api'.length);
          return routes(ctx, next);
        });
      });
      const answer = await raw(port, requestText('GET http://evil.example/api/customers/'));
      assert.equal(JSON.parse(answer.text).self, '/api/customers/');
    });
  });
});
