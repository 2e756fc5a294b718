import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Server } from 'node:http';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import {
  PAGE_SIZE,
  catalogDocument,
  catalogsOf,
  entityDocument,
  pageDocument,
  soldCounts,
} from '../users.js';

export const contestant: Contestant = {
  note: 'A route a resource, c.json; no negotiation, schemas or problems. ETag (a digest of the text) where GETs are conditional.',
  packages: ['hono', '@hono/node-server'],
  serve(spec) {
    const app = new Hono();
    if (spec.conditional) app.use(etag());
    for (const catalog of catalogsOf(spec)) {
      const { path, users } = catalog;
      app.get(`${path}sold_counts`, (c) => c.json(soldCounts(catalog, Number(c.req.query('min')))));
      app.get(`${path}:id/`, (c) => {
        const user = users.get(c.req.param('id') ?? '');
        return user === undefined ? c.notFound() : c.json(entityDocument(c.req.path, user));
      });
      app.get(`${path}:id/sold_count`, (c) => {
        const user = users.get(c.req.param('id') ?? '');
        return user === undefined ? c.notFound() : c.json(user.sold_count);
      });
      app.get(path, (c) => {
        const { after, limit = PAGE_SIZE } = c.req.query();
        return c.json(
          spec.paged ? pageDocument(catalog, Number(after), Number(limit)) : catalogDocument(catalog),
        );
      });
    }
    const server = createAdaptorServer(app) as Server;
    return portOf(server.listen(0, '127.0.0.1'));
  },
};
