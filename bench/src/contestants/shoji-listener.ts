import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { Api } from '../../../dist/lib/index.js';
import { CannotTakePart, portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { usersApi } from '../users-api.js';

export const contestant: Contestant = {
  note: 'The same API on bare node:http, without Koa: api.listener().',
  packages: [],
  async serve(spec) {
    const api: Api & { listener?: () => RequestListener } = await usersApi(spec);
    if (api.listener === undefined) throw new CannotTakePart('this build has no api.listener()');
    return portOf(createServer(api.listener()).listen(0, '127.0.0.1'));
  },
};
