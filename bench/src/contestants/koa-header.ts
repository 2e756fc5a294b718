import Koa from 'koa';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { textFinder } from '../routing.js';
import { WRITTEN, catalogsOf } from '../users.js';

const LAST_MODIFIED = WRITTEN.toUTCString();

export const contestant: Contestant = {
  note: 'As koa, and the constant header fields that koa-shoji sends: ETag, Vary, Cache-Control, Last-Modified.',
  packages: ['koa'],
  serve(spec) {
    const find = textFinder(catalogsOf(spec));
    const app = new Koa();
    app.use((ctx) => {
      const text = find(ctx.url);
      if (text === undefined) return;
      ctx.set('ETag', '"tSilGYgK.2-RPDFWefz"');
      ctx.set('Vary', 'Accept');
      ctx.set('Cache-Control', 'no-cache');
      ctx.set('Last-Modified', LAST_MODIFIED);
      ctx.set('Content-Type', 'application/json');
      ctx.body = text;
    });
    return portOf(app.listen(0, '127.0.0.1'));
  },
};
