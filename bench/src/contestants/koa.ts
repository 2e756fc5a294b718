import Koa from 'koa';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { textFinder } from '../routing.js';
import { catalogsOf } from '../users.js';

export const contestant: Contestant = {
  note: 'The limit on Koa: one middleware sends a text that is ready, with its type; no routes, ETag or errors.',
  packages: ['koa'],
  serve(spec) {
    const find = textFinder(catalogsOf(spec));
    const app = new Koa();
    app.use((ctx) => {
      const text = find(ctx.url);
      if (text === undefined) return;
      ctx.set('Content-Type', 'application/json');
      ctx.body = text;
    });
    return portOf(app.listen(0, '127.0.0.1'));
  },
};
