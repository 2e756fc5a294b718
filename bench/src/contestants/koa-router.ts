import etag from '@koa/etag';
import { Router } from '@koa/router';
import Koa from 'koa';
import conditional from 'koa-conditional-get';
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
  note: 'A route a resource, objects that Koa stringifies; no negotiation, schemas or problems. ETag (a digest of the text) where GETs are conditional.',
  packages: ['koa', '@koa/router', '@koa/etag', 'koa-conditional-get'],
  serve(spec) {
    const router = new Router();
    for (const catalog of catalogsOf(spec)) {
      const { path, users } = catalog;
      router.get(`${path}sold_counts`, (ctx) => {
        ctx.body = soldCounts(catalog, Number(ctx.query['min']));
      });
      router.get(`${path}:id/`, (ctx) => {
        const user = users.get(ctx.params['id'] ?? '');
        if (user !== undefined) ctx.body = entityDocument(ctx.path, user);
      });
      router.get(`${path}:id/sold_count`, (ctx) => {
        const user = users.get(ctx.params['id'] ?? '');
        if (user === undefined) return;
        ctx.type = 'json';
        ctx.body = JSON.stringify(user.sold_count);
      });
      router.get(path, (ctx) => {
        const { after, limit = PAGE_SIZE } = ctx.query;
        ctx.body = spec.paged
          ? pageDocument(catalog, Number(after), Number(limit))
          : catalogDocument(catalog);
      });
    }
    const app = new Koa();
    if (spec.conditional) app.use(conditional()).use(etag());
    app.use(router.routes()).use(router.allowedMethods());
    return portOf(app.listen(0, '127.0.0.1'));
  },
};
