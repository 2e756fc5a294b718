import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { Type } from 'typebox';
import { Catalog, Entity, View, createServer, shoji } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import { raw, requestText } from './raw.js';
import type { RawResponse } from './raw.js';
import { ADA, entity, shop } from './shop.js';

class Thing extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}

class Endless extends Catalog.of(Thing, { iri: 'endless/' }) {
  override *list() {
    for (let id = 0; id < 300_000; id += 1) yield String(id);
    throw new Error('no more');
  }
}

class Long extends Catalog.of(Thing, { iri: 'long/' }) {
  override *list() {
    for (let id = 0; id < 300_000; id += 1) yield String(id);
  }
}

class Who extends View.of({ iri: 'who' }) {
  override value({ state }: { state: Readonly<Record<string, unknown>> }) {
    return state['who'] ?? 'nobody';
  }
}

class Broken extends View.of({ iri: 'broken' }) {
  override value(): never {
    throw new Error('a secret');
  }
}

/** What is answered, but for what differs from one moment to the next. */
function comparable({ status, headers, text }: RawResponse): unknown {
  const { date: _, 'last-modified': __, 'content-length': ___, etag, ...rest } = headers;
  return {
    status,
    headers: { ...rest, ...(etag !== undefined && { etag: 'there' }) },
    // A time is shorter by its milliseconds where these are none, and so is the text.
    rest: headers['content-length'] === undefined ? 'none' : Number(headers['content-length']) - text.length,
    text: text.replaceAll(/"updated":"[^"]*"/g, ''),
  };
}

describe('api.listener()', () => {
  const running: { server: Server; api: Api }[] = [];

  afterEach(async () => {
    for (const { server, api } of running.splice(0)) {
      server.close();
      server.closeAllConnections();
      await api.stop();
    }
  });

  async function listen(api: Api, listener: Parameters<typeof createServer>[0]): Promise<number> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.push({ server, api });
    return (server.address() as AddressInfo).port;
  }

  const send = (port: number, request: string) => raw(port, request, { untilClose: true });
  const plain = (method: string, target: string, ...fields: string[]) =>
    requestText(`${method} ${target}`, fields);
  const json = (method: string, target: string, document: unknown, ...fields: string[]) => {
    const body = typeof document === 'string' ? document : JSON.stringify(document);
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    return requestText(`${method} ${target}`, ['Content-Type: application/json', length, ...fields], body);
  };

  const requests = [
    json('POST', '/customers/', entity(ADA)),
    ...['GET', 'HEAD', 'OPTIONS', 'TRACE', 'BREW'].flatMap((method) =>
      ['/', '/customers/', '/customers/1/', '/customers/1/visits', '/customers/visits', '/nowhere'].map(
        (path) => plain(method, path),
      ),
    ),
    plain('GET', '/customers'),
    plain('GET', '/customers/1?x=1'),
    plain('GET', '/customers/?x=1'),
    plain('GET', '/customers/visits?limit=0'),
    plain('GET', '/%zz'),
    plain('GET', 'http://elsewhere.example/customers/1/'),
    plain('GET', 'http://elsewhere.example'),
    plain('OPTIONS', '*'),
    plain('GET', '/problems/not-found'),
    plain('GET', '/customers/1/', 'Accept: text/html'),
    plain('GET', '/customers/1/', 'Accept: application/json'),
    plain('GET', '/customers/1/', 'If-None-Match: *'),
    plain('HEAD', '/customers/1/', 'If-None-Match: *'),
    plain('GET', '/customers/1/', 'If-Match: "other"'),
    plain('GET', '/customers/1/', 'Range: bytes=0-1'),
    json('POST', '/customers/', entity({ name: '' })),
    json('POST', '/customers/', '{'),
    json('PATCH', '/customers/1/', entity({ visits: 4 })),
    json('PUT', '/customers/1/visits', '5'),
    json('PATCH', '/customers/1/', entity({ visits: 4 }), 'If-Match: "stale"'),
    plain('DELETE', '/customers/1/'),
    plain('DELETE', '/customers/1/'),
  ];

  it('answers as the routes do under Koa', async () => {
    const [one, other] = [shop(), shop()];
    const koa = await listen(one, new Koa().use(one.routes()));
    const bare = await listen(other, other.listener());
    for (const request of requests) {
      const [expected, found] = [await send(koa, request), await send(bare, request)];
      assert.deepEqual(comparable(found), comparable(expected), request);
    }
  });

  it('[H34] never has a length beside a transfer coding, nor either where there is no body', async () => {
    const api = shop();
    for (const [name, value] of [
      ['Content-Length', '7'],
      ['Transfer-Encoding', 'chunked'],
    ] as const) {
      const listener = api.listener();
      const port = await listen(api, (req, res) => {
        res.setHeader(name, value);
        listener(req, res);
      });
      const none = await send(port, plain('OPTIONS', '/customers/'));
      assert.equal(none.status, 204);
      assert.equal(none.headers['content-length'], undefined);
      assert.equal(none.headers['transfer-encoding'], undefined);
      const some = await send(port, plain('GET', '/customers/'));
      assert.equal(Number(some.headers['content-length']), Buffer.byteLength(some.text));
      assert.equal(some.headers['transfer-encoding'], undefined);
    }
  });

  it('streams what is too long to be held, and nothing after HEAD', async () => {
    const api = shoji([Long]);
    const port = await listen(api, api.listener());
    const response = await fetch(`http://127.0.0.1:${port}/long/`);
    assert.equal(response.headers.get('transfer-encoding'), 'chunked');
    assert.equal(((await response.json()) as { entities: string[] }).entities.length, 300_000);
    assert.equal((await send(port, plain('HEAD', '/long/'))).text, '');
  });

  it('breaks the connection off where a list fails in the middle, and tells of it once', async () => {
    const api = shoji([Endless]);
    const told: string[] = [];
    const port = await listen(api, api.listener({ onError: ({ message }) => told.push(message) }));
    await assert.rejects(fetch(`http://127.0.0.1:${port}/endless/`).then((response) => response.text()));
    assert.deepEqual(told, ['no more']);
  });

  it('gives guard and classes what `state` says', async () => {
    const api = shoji([Who]);
    const state = ({ headers }: { headers: Readonly<Record<string, unknown>> }) => ({
      who: headers['x-who'],
    });
    const port = await listen(api, api.listener({ state }));
    assert.equal((await send(port, plain('GET', '/who', 'X-Who: ada'))).text, '"ada"');
    const plainPort = await listen(api, api.listener());
    assert.equal((await send(plainPort, plain('GET', '/who'))).text, '"nobody"');
  });

  it('answers 500 where a class or `state` throws, and tells who watches', async () => {
    const api = shoji([Broken]);
    const told: string[] = [];
    const onError = ({ message }: Error) => void told.push(message);
    const fails = (): never => {
      throw new Error('who knows');
    };
    for (const options of [{ onError }, { onError, state: fails }]) {
      const port = await listen(api, api.listener(options));
      const { status, text } = await send(port, plain('GET', '/broken'));
      assert.equal(status, 500);
      assert.doesNotMatch(text, /secret|knows/);
    }
    assert.deepEqual(told, ['a secret', 'who knows']);
  });
});
