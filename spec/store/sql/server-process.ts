/**
 * A process that serves an API over the store that its argument names, until its standard input ends; it
 * prints the port. For tests with several processes on one database.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { Type } from 'typebox';
import { Catalog, createServer, Entity, shoji } from '../../../lib/index.js';

class Part extends Entity {
  static override iri = '{part}/';
  static override body = Type.Object({ n: Type.Integer() });
}

class Parts extends Catalog<typeof Part> {
  static override iri = 'parts/';
  static override entity = Part;
  static override ids = 'integer';
}

class Account extends Entity {
  static override body = Type.Object({
    email: Type.Optional(Type.String()),
    n: Type.Optional(Type.Integer()),
    boss: Type.Optional(Type.String()),
  });
  static override unique = ['email'];
  static override references = { boss: '/accounts/' };
  static override catalogs = { parts: Parts };
}

class Accounts extends Catalog<typeof Account> {
  static override iri = 'accounts/';
  static override entity = Account;
  static override ids = 'integer';
}

class Name extends Entity {
  static override body = Type.Object({});
}

class Names extends Catalog<typeof Name> {
  static override iri = 'names/';
  static override entity = Name;
  static override ids = 'client';
  static override page = { size: 7, most: 7 };
}

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
