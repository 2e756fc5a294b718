import { once } from 'node:events';
import { createServer } from 'node:http';
import jsonApi from 'jsonapi-server';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { catalogsOf } from '../users.js';

const { Joi } = jsonApi;

const MISSING = { status: '404', code: 'ENOTFOUND', title: 'Requested resource does not exist', detail: '' };

export const contestant: Contestant = {
  note: 'JSON:API documents, answers validated by Joi; no ETag. Its Express is of 2017.',
  packages: ['jsonapi-server'],
  accept: 'application/vnd.api+json',
  async serve(spec) {
    const port = await freePort();
    jsonApi.setConfig({ port, graphiql: false });
    for (const { name, users } of catalogsOf(spec)) {
      const resources = new Map([...users].map(([id, user]) => [id, { id, type: name, ...user }]));
      jsonApi.define({
        resource: name,
        handlers: {
          ready: true,
          find({ params }, done) {
            const found = resources.get(params.id);
            if (found === undefined) done(MISSING);
            else done(null, { ...found });
          },
          search(_, done) {
            done(
              null,
              [...resources.values()].map((resource) => ({ ...resource })),
              resources.size,
            );
          },
        },
        attributes: {
          first_name: Joi.string(),
          last_name: Joi.string(),
          sold_count: Joi.number(),
          last_modified: Joi.string(),
        },
      });
    }
    jsonApi.start();
    return port;
  },
};

/** It wants to be told a port, and does not say when it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
