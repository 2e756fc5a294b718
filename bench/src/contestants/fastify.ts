import etag from '@fastify/etag';
import { fastify } from 'fastify';
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
import { CATALOG, COUNTS, COUNT, ENTITY, schemaOf } from './fastify-schemas.js';

type ById = { Params: { id: string } };

export const contestant: Contestant = {
  note: 'Its own serializer, compiled from schemas; no negotiation. ETag (a digest of the text) where GETs are conditional.',
  packages: ['fastify', '@fastify/etag'],
  async serve(spec) {
    const app = fastify({ forceCloseConnections: true });
    if (spec.conditional) await app.register(etag);
    for (const catalog of catalogsOf(spec)) {
      const { path, users } = catalog;
      app.get<{ Querystring: { min: string } }>(`${path}sold_counts`, schemaOf(COUNTS), (request, reply) =>
        reply.send(soldCounts(catalog, Number(request.query.min))),
      );
      app.get<ById>(`${path}:id/`, schemaOf(ENTITY), (request, reply) => {
        const user = users.get(request.params.id);
        return user === undefined ? reply.callNotFound() : reply.send(entityDocument(request.url, user));
      });
      app.get<ById>(`${path}:id/sold_count`, schemaOf(COUNT), (request, reply) => {
        const user = users.get(request.params.id);
        if (user === undefined) return reply.callNotFound();
        return reply.type('application/json; charset=utf-8').send(user.sold_count);
      });
      app.get<{ Querystring: { after: string; limit?: string } }>(
        path,
        schemaOf(CATALOG),
        (request, reply) => {
          const { after, limit = PAGE_SIZE } = request.query;
          return reply.send(
            spec.paged ? pageDocument(catalog, Number(after), Number(limit)) : catalogDocument(catalog),
          );
        },
      );
    }
    await app.listen({ port: 0, host: '127.0.0.1' });
    return portOf(app.server);
  },
};
