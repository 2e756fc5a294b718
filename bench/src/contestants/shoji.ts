import Koa from 'koa';
import { createServer } from '../../../dist/lib/index.js';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { usersApi } from '../users-api.js';

export const contestant: Contestant = {
  note: 'All of it: negotiation, ETag, Last-Modified, preconditions, schemas, problems, limits.',
  packages: ['koa'],
  async serve(spec) {
    const api = await usersApi(spec);
    const app = new Koa().use(api.routes()).use(api.allowedMethods());
    return portOf(createServer(app).listen(0, '127.0.0.1'));
  },
};
