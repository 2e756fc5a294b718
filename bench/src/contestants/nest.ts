import { Controller, Get, Module, NotFoundException } from '@nestjs/common';
import { catalogDocument, catalogsOf, entityDocument, pageDocument, soldCounts } from '../users.js';
import type { AppSpec, UserCatalog } from '../users.js';

/** The module that Nest serves, on whichever platform. */
export function nestModule(spec: AppSpec): new () => object {
  @Module({ controllers: catalogsOf(spec).map((catalog) => controllerOf(catalog, spec)) })
  class Users {}
  return Users;
}

function controllerOf(catalog: UserCatalog, spec: AppSpec) {
  @Controller(catalog.name)
  class UsersController {
    @Get('sold_counts')
    counts(@Query('min') min: string) {
      return soldCounts(catalog, Number(min));
    }

    @Get(':id/')
    read(@Param('id') id: string) {
      return entityDocument(`${catalog.path}${id}/`, this.find(id));
    }

    @Get(':id/sold_count')
    count(@Param('id') id: string) {
      return this.find(id).sold_count;
    }

    @Get()
    list(@Query() { after, limit }: { after: string; limit: string }) {
      return spec.paged ? pageDocument(catalog, Number(after), Number(limit)) : catalogDocument(catalog);
    }

    private find(id: string) {
      const user = catalog.users.get(id);
      if (user === undefined) throw new NotFoundException();
      return user;
    }
  }
  return UsersController;
}
