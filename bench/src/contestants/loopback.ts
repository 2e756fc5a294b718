import { HttpErrors, RestApplication, get } from '@loopback/rest';
import type { Request } from '@loopback/rest';
import type { Contestant } from '../contestant.js';
import { catalogDocument, catalogsOf, entityDocument } from '../users.js';
import type { UserCatalog } from '../users.js';

function controllerOf(catalog: UserCatalog) {
  class UsersController {
    readonly request: Request;

    constructor(@inject(RestBindings.Http.REQUEST) request: Request) {
      this.request = request;
    }

    @get(`${catalog.path}{id}/`)
    read(@param.path.string('id') id: string) {
      const user = catalog.users.get(id);
      if (user === undefined) throw new HttpErrors.NotFound();
      return entityDocument(this.request.path, user);
    }

    @get(catalog.path)
    list() {
      return catalogDocument(catalog);
    }
  }
  return UsersController;
}

export const contestant: Contestant = {
  note: 'A controller for each resource, parameters checked against its OpenAPI document, dependency injection; no ETag.',
  packages: ['@loopback/rest', '@loopback/core'],
  async serve(spec) {
    const app = new RestApplication({ rest: { port: 0, host: '127.0.0.1', gracePeriodForClose: 0 } });
    for (const catalog of catalogsOf(spec)) app.controller(controllerOf(catalog), catalog.name);
    await app.start();
    return Number(app.restServer.httpServer?.port);
  },
};
