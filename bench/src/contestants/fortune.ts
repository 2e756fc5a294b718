import fortune from 'fortune';
import fortuneHttp from 'fortune-http';
import jsonApiSerializer from 'fortune-json-api';
import { createServer } from 'node:http';
import { portOf } from '../contestant.js';
import type { Contestant } from '../contestant.js';
import { catalogsOf } from '../users.js';

const USER = { first_name: String, last_name: String, sold_count: Number, last_modified: String };

/** Names of types are singular, and made plural in paths. */
const SINGULAR = /s$/;

export const contestant: Contestant = {
  note: 'JSON:API documents with links, a store in memory of its own, ETag; on node:http.',
  packages: ['fortune', 'fortune-http', 'fortune-json-api'],
  accept: 'application/vnd.api+json',
  async serve(spec) {
    const catalogs = catalogsOf(spec);
    const store = fortune(Object.fromEntries(catalogs.map(({ name }) => [name.replace(SINGULAR, ''), USER])));
    for (const { name, users } of catalogs) {
      const records = [...users].map(([id, user]) => ({ id: Number(id), ...user }));
      await store.create(name.replace(SINGULAR, ''), records);
    }
    const listener = fortuneHttp(store, { serializers: [[jsonApiSerializer, { inflectKeys: false }]] });
    const server = createServer((req, res) => void listener(req, res).catch(() => res.destroy()));
    return portOf(server.listen(0, '127.0.0.1'));
  },
};
