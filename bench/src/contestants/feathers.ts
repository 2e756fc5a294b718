import { NotFound } from '@feathersjs/errors';
import { feathers } from '@feathersjs/feathers';
import { bodyParser, errorHandler, koa, rest } from '@feathersjs/koa';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { catalogDocument, catalogsOf, entityDocument } from '../users.js';
import type { UserCatalog } from '../users.js';

/** A service of one's own, as Feathers calls what answers for a resource. */
class Users {
  // Feathers works on an object that inherits from this one, which private fields do not survive.
  private readonly catalog: UserCatalog;

  constructor(catalog: UserCatalog) {
    this.catalog = catalog;
  }

  async get(id: string) {
    const user = this.catalog.users.get(id);
    if (user === undefined) throw new NotFound();
    return entityDocument(`${this.catalog.path}${id}/`, user);
  }

  async find() {
    return catalogDocument(this.catalog);
  }
}

export const contestant: Contestant = {
  note: 'A service of its own for each resource, with the error handler and body parser of its guide; no ETag, no schemas here.',
  packages: ['@feathersjs/koa'],
  async serve(spec) {
    const app = koa(feathers());
    app.use(errorHandler());
    app.use(bodyParser());
    app.configure(rest());
    for (const catalog of catalogsOf(spec)) {
      app.use(catalog.name, new Users(catalog), { methods: ['get', 'find'] });
    }
    return portOf(await app.listen(0, '127.0.0.1'));
  },
};
