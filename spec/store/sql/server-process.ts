/**
 * A process that serves an API over the store that its argument names, until its standard input ends; it
 * prints the port. For tests with several processes on one database.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { Type } from 'typebox';
import { Catalog, createServer, Entity, shoji } from '../../../lib/index.js';

class Part extends Entity.of({ iri: '{part}/', body: Type.Object({ n: Type.Integer() }) }) {}

class Parts extends Catalog.of(Part, { iri: 'parts/', ids: 'integer' }) {}

class Account extends Entity.of({
  body: Type.Object({
    email: Type.Optional(Type.String()),
    n: Type.Optional(Type.Integer()),
    boss: Type.Optional(Type.String()),
  }),
  unique: ['email'],
  references: { boss: '/accounts/' },
}) {
  static override catalogs() {
    return { parts: Parts };
  }
}

class Accounts extends Catalog.of(Account, { iri: 'accounts/', ids: 'integer' }) {}

class Name extends Entity.of({ body: Type.Object({}) }) {}

class Names extends Catalog.of(Name, { iri: 'names/', ids: 'client', page: { size: 7, max: 7 } }) {}

const [, , store = ''] = process.argv;
const api = shoji([Accounts, Names], { store });
const app = new Koa();
app.silent = true;
app.use(api.routes()).use(api.allowedMethods());
await api.start();
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);

await once(process.stdin.resume(), 'end');
server.close();
server.closeAllConnections();
await api.stop();
