import assert from 'node:assert/strict';
import { createServer as createHttp2Server } from 'node:http2';
import { Router } from '@koa/router';
import Koa from 'koa';
import { Catalog, createServer, health, requestLog, shoji } from '../../lib/index.js';
import type { Logger } from '../../lib/index.js';

class Books extends Catalog.of({ iri: 'books/' }) {}

interface State extends Koa.DefaultState {
  readonly user: { readonly name: string };
}
interface Extensions {
  greet(name: string): string;
}

const logger: Logger = { debug: () => {}, info: () => {}, error: () => {}, child: () => logger };

describe('types: what createServer() is given', () => {
  it('is any Koa application', () => {
    const api = shoji([Books]);
    const apps = [
      createServer(new Koa()),
      createServer(new Koa<State>()),
      createServer(new Koa<State, Extensions>()),
      createServer(new Koa<State, Extensions>().use(requestLog(logger)).use(health(api)).use(api.routes()), {
        requestTimeout: 1000,
      }),
    ];
    assert.equal(apps.length, 4);
  });

  it('is a listener', () => {
    const api = shoji([Books]);
    assert.ok(createServer(api.listener()));
    assert.ok(createServer((_, res) => void res.end()));
    // @ts-expect-error: a router is none
    assert.throws(() => createServer(new Router()), TypeError);
    // @ts-expect-error: options are spelt right
    assert.throws(() => createServer(new Koa(), { requestTimout: 1000 }), /did you mean "requestTimeout"/);
  });
});

describe('types: what node:http2 is given', () => {
  it('is a listener, or the callback of an application', () => {
    const api = shoji([Books]);
    assert.ok(createHttp2Server(api.listener()));
    const callback = new Koa<State, Extensions>().use(api.routes()).callback();
    assert.ok(createHttp2Server((req, res) => void callback(req, res)));
  });
});
