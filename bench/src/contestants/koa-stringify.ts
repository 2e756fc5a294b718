import Koa from 'koa';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { finder } from '../routing.js';
import { catalogsOf } from '../users.js';

export const contestant: Contestant = {
  note: 'Koa with one middleware: the document is at hand as an object, JSON.stringify for each answer.',
  packages: ['koa'],
  serve(spec) {
    const find = finder(catalogsOf(spec));
    const documents = new Map<string, unknown>();
    const app = new Koa();
    app.use((ctx) => {
      let document = documents.get(ctx.url);
      if (document === undefined) documents.set(ctx.url, (document = find(ctx.url)));
      if (document === undefined) return;
      ctx.set('Content-Type', 'application/json');
      ctx.body = JSON.stringify(document);
    });
    return portOf(app.listen(0, '127.0.0.1'));
  },
};
