import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import Koa from 'koa';
import { Type } from 'typebox';
import type { Api, CatalogClass } from '../../lib/index.js';
import { Catalog, Entity, MemoryStore, View, createServer, shoji } from '../../lib/index.js';

/** What an API has, and how much of it. */
export interface Size {
  /** Catalogs, each a resource class of its own. The first is `/users/`. */
  readonly classes: number;
  /** Users in the first catalog, with the ids from 1. */
  readonly entities: number;
}

/** When everything was written: with a time that passes, answers would differ from one second to the next. */
const WRITTEN = new Date('2003-12-13T18:30:02Z');

const AT_ONCE = 10_000;

/** An API of users in memory, open and filled. */
export async function usersApi({ classes, entities }: Size): Promise<Api> {
  const store = new MemoryStore({ now: () => WRITTEN });
  const others = Array.from({ length: classes - 1 }, (_, index) => otherClass(`others-${index}`));
  const api = shoji([usersClass(), ...others], { store });
  await api.start();
  const place = { collection: 'users', parentIds: [] };
  for (let written = 0; written < entities; written += AT_ONCE) {
    const ids = Array.from(
      { length: Math.min(AT_ONCE, entities - written) },
      (_, index) => written + index + 1,
    );
    await store.write(
      ids.map((id) => ({
        do: 'create',
        key: place,
        id: String(id),
        body: { name: 'Katsuhiro', sold_count: id },
      })),
    );
  }
  return api;
}

function usersClass(): CatalogClass {
  class User extends Entity.of({
    body: Type.Object({ name: Type.String(), sold_count: Type.Integer({ minimum: 0 }) }),
    fragments: { 'sold count': 'sold_count' },
  }) {}

  class Motto extends View.of({ iri: 'motto' }) {
    override value() {
      return 'Nothing is made twice.';
    }
  }

  return class Users extends Catalog.of(User, { iri: 'users/', title: 'Users', ids: 'integer' }) {
    static override views() {
      return { motto: Motto };
    }
  };
}

/** A catalog that is never asked for. */
function otherClass(name: string): CatalogClass {
  class Other extends Entity.of({ body: Type.Object({}) }) {}

  return class Others extends Catalog.of(Other, { iri: `${name}/` }) {};
}

/** The ways that a request can come in; behind the last two there is no API. */
export const FRONTS = ['koa', 'listener', 'bare koa', 'bare node'] as const;

export type Front = (typeof FRONTS)[number];

/** What a server does now and then is none of what a request takes: it does that once in hours. */
const QUIET = { lingerTimeout: 2 ** 30 };

/** Servers of one API, and bare ones that send a text which is ready: what Koa and Node take by themselves. */
export function serversOf(api: Api): Readonly<Record<Front, Server>> {
  return {
    koa: createServer(new Koa().use(api.routes()).use(api.allowedMethods()), QUIET),
    listener: createServer(api.listener(), QUIET),
    'bare koa': createHttpServer(bareKoa()),
    'bare node': createHttpServer(bareNode),
  };
}

const TEXT = '{"element":"shoji:entity","self":"/users/1/"}';
const FIELDS: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  Vary: 'Accept',
  'Cache-Control': 'no-cache',
  ETag: '"0123456789abcdef"',
  'Last-Modified': 'Sat, 13 Dec 2003 18:30:02 GMT',
};

function bareKoa(): RequestListener {
  const callback = new Koa()
    .use(({ res, response }) => {
      for (const name in FIELDS) res.setHeader(name, FIELDS[name] as string);
      response.body = TEXT;
    })
    .callback();
  return (req, res) => void callback(req, res);
}

const bareNode: RequestListener = (_, res) => {
  for (const name in FIELDS) res.setHeader(name, FIELDS[name] as string);
  res.end(TEXT);
};
