import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Koa from 'koa';
import { UriTemplate } from '../../lib/protocol/uri-template/uri-template.js';
import type { TemplateValues } from '../../lib/protocol/uri-template/uri-template.js';
import { validate } from '../../lib/protocol/validate.js';
import type { Api } from '../../lib/shoji.js';
import { corpusFolder } from '../corpus.js';
import { Client, listen, textIn } from './client.js';
import type { Document, Reply } from './client.js';

type Kind = 'catalog' | 'entity' | 'value';

const folder = corpusFolder('draft-02');
const absent =
  folder === undefined ? ' (skipped: the corpus of the draft’s documents is not beside the project)' : '';

describe('examples/users', () => {
  let client: Client;
  let close: () => Promise<void>;
  let starts = 0;

  // Each test has the example as it is when it starts.
  beforeEach(async () => {
    const { default: api } = (await import(`../../examples/users/index.js?start=${++starts}`)) as {
      default: Api;
    };
    const running = await listen(new Koa().use(api.routes()).use(api.allowedMethods()));
    client = new Client(running.origin);
    close = running.close;
  });
  afterEach(() => close());

  describe('shows what the draft’s own example shows', () => {
    it('a root that leads to the users', async () => {
      const { status, document } = await client.get('/');
      assert.equal(status, 200);
      assert.deepEqual(document, { element: 'shoji:catalog', self: '/', catalogs: { users: 'users/' } });
    });

    it('the catalog of users, member by member', async () => {
      const { status, type, document } = await client.get('/users/');
      assert.equal(status, 200);
      assert.equal(type, 'application/shoji+json');
      const { entities = [], ...fixed } = document;
      assert.deepEqual(fixed, {
        element: 'shoji:catalog',
        self: '/users/',
        title: 'Users Catalog',
        description: 'The set of user entities for this application.',
        updated: '#2003-12-13T18:30:02Z#',
        catalogs: { bills: 'bills/', sellers: 'sellers/', 'sellers by sold count': 'sellers/{?sold_count}' },
        views: { 'Sold Counts': 'sold_counts' },
      });
      assert.equal(entities.length, 122);
      assert.equal(new Set(entities).size, 122);
      for (const id of [1, 2, 9843, 88374]) assert.ok(entities.includes(`${id}/`), `entity ${id}`);
    });

    it('the first user, and its values', async () => {
      const { document } = await client.get('/users/1/');
      assert.deepEqual(document.body, {
        first_name: 'Katsuhiro',
        last_name: 'Shoji',
        sold_count: 387,
        last_modified: '2003-12-13 18:30:02Z',
      });
      const values = await Promise.all(
        Object.keys(document.fragments ?? {}).map(async (name) => [
          name,
          (await client.get(await client.find([name], '/users/1/'))).json,
        ]),
      );
      assert.deepEqual(Object.fromEntries(values), {
        'first name': 'Katsuhiro',
        'last name': 'Shoji',
        'sold count': 387,
      });
    });

    it(`the same as the draft’s documents, but for slashes${absent}`, async function () {
      if (folder === undefined) return this.skip();
      const draft = read(folder, 'catalog-complex.json');
      const { document } = await client.get('/users/');
      for (const member of ['element', 'title', 'description', 'updated', 'views'] as const) {
        assert.deepEqual(document[member], draft[member], member);
      }
      const slashed = Object.entries(draft.catalogs ?? {}).map(([name, iri]) => [
        name,
        iri.replace(/(?=\{|$)/, '/'),
      ]);
      assert.deepEqual(document.catalogs, Object.fromEntries(slashed));
      assert.equal(document.self, `${new URL(draft.self ?? '').pathname}/`);
      for (const entity of draft.entities ?? []) assert.ok(document.entities?.includes(`${entity}/`), entity);

      const entity = read(folder, 'entity.json');
      assert.deepEqual((await client.get('/users/1/')).document.body, entity.body);
      const value = readFileSync(join(folder, 'value.json'), 'utf8');
      assert.equal((await client.get('/users/1/sold_count')).json, JSON.parse(value));
    });
  });

  describe('lists sellers', () => {
    it('as users who have sold something, with the IRIs that they have as users', async () => {
      const users = await client.entities('users');
      const sellers = await client.entities('users', 'sellers');
      assert.ok(sellers.length > 0 && sellers.length < users.length);
      for (const seller of sellers) assert.ok(users.includes(seller), seller);
      const counts = await client.follow('users', 'Sold Counts');
      assert.ok(Array.isArray(counts.json));
      assert.equal(counts.json.length, sellers.length);
      assert.equal(counts.json[0], 387);
    });

    it('by sold count', async () => {
      const found = await client.entities('users', ['sellers by sold count', { sold_count: 387 }]);
      assert.deepEqual(found, [(await client.entities('users'))[0]]);
      assert.deepEqual(await client.entities('users', ['sellers by sold count', { sold_count: 0 }]), []);
    });

    it('and says what is wrong with a count that is none', async () => {
      const { status, type } = await client.follow('users', [
        'sellers by sold count',
        { sold_count: 'many' },
      ]);
      assert.equal(status, 400);
      assert.equal(type, 'application/problem+json');
    });
  });

  it('has no link that leads nowhere, and no document that breaks the protocol', async () => {
    const visited = await crawl(client, [{}, { sold_count: 387 }]);
    const kinds = [...visited.values()];
    const count = (wanted: Kind) => kinds.filter((kind) => kind === wanted).length;
    // 122 users and 12 bills; the root, users, bills, sellers and a search; 3 values a user, and the view.
    assert.deepEqual(
      { entity: count('entity'), catalog: count('catalog'), value: count('value') },
      {
        entity: 122 + 12,
        catalog: 5,
        value: 3 * 122 + 1,
      },
    );
  });

  describe('is changed', () => {
    const body = { first_name: 'Nadia', last_name: 'Lund', sold_count: 4 };

    async function created(): Promise<Reply> {
      const reply = await client.sendBody('POST', await client.find(['users']), body);
      assert.equal(reply.status, 201);
      return reply;
    }

    it('by a new user, which the catalog then lists as the newest', async () => {
      const before = await client.follow('users');
      const { headers, document } = await created();
      const location = headers.get('Location') ?? '';
      assert.equal(document.self, location);
      const { last_modified, ...rest } = document.body ?? {};
      assert.deepEqual(rest, body);
      assert.match(textIn(document, 'last_modified'), /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
      assert.notEqual(last_modified, '2003-12-13 18:30:02Z');

      const users = await client.follow('users');
      assert.equal(new URL(users.document.entities?.at(-1) ?? '', users.iri).pathname, location);
      assert.notEqual(users.document.updated, before.document.updated);
      assert.notEqual(users.headers.get('ETag'), before.headers.get('ETag'));
    });

    it('by part of a user, whose other values stay', async () => {
      const { iri } = await client.get((await created()).document.self ?? '');
      const { status, document } = await client.sendBody('PATCH', iri, { sold_count: 5 });
      assert.equal(status, 200);
      const { last_modified: _, ...rest } = document.body ?? {};
      assert.deepEqual(rest, { ...body, sold_count: 5 });
      assert.equal((await client.get(await client.find(['sold count'], iri))).json, 5);
    });

    it('by one value', async () => {
      const iri = (await created()).document.self ?? '';
      const { status, json } = await client.send('PUT', await client.find(['sold count'], iri), 6);
      assert.deepEqual([status, json], [200, 6]);
      assert.equal((await client.get(iri)).document.body?.['sold_count'], 6);
    });

    it('by removing a user', async () => {
      const iri = (await created()).document.self ?? '';
      assert.equal((await client.send('DELETE', iri)).status, 204);
      assert.equal((await client.get(iri)).status, 404);
      assert.equal(
        (await client.entities('users')).some((user) => user.endsWith(iri)),
        false,
      );
    });

    it('but not by a date that only the server writes, nor by half a user', async () => {
      const iri = await client.find(['users']);
      const dated = await client.sendBody('POST', iri, { ...body, last_modified: '2003-12-13 18:30:02Z' });
      assert.equal(dated.status, 422);
      assert.deepEqual(
        dated.document.errors?.map(({ pointer, rule }) => [pointer, rule]),
        [['/body/last_modified', 'read-only']],
      );
      const half = await client.sendBody('POST', iri, { first_name: 'Nadia' });
      assert.equal(half.status, 422);
      assert.deepEqual(half.document.errors?.map(({ pointer }) => pointer).toSorted(), [
        '/body/last_name',
        '/body/sold_count',
      ]);
    });

    it('by a bill', async () => {
      const { status, document, headers } = await client.sendBody(
        'POST',
        await client.find(['users', 'bills']),
        {
          user: '../../2/',
          amount: 12.5,
          paid: false,
        },
      );
      assert.equal(status, 201);
      const bill = await client.get(headers.get('Location') ?? '');
      assert.equal(bill.status, 200);
      const user = await client.get(new URL(textIn(document, 'user'), bill.iri).href);
      assert.equal(user.document.self, '/users/2/');
    });
  });
});

function read(from: string, name: string): Document {
  return JSON.parse(readFileSync(join(from, name), 'utf8')) as Document;
}

/** Visits every link of every document that can be reached from the root, and checks what is found there. */
async function crawl(client: Client, samples: readonly TemplateValues[]): Promise<ReadonlyMap<string, Kind>> {
  const visited = new Map<string, Kind>();
  let found: [string, Kind][] = [['/', 'catalog']];
  while (found.length > 0) {
    const fresh = found.filter(([iri]) => !visited.has(iri));
    for (const [iri, kind] of fresh) visited.set(iri, kind);
    const replies = await Promise.all(
      [...new Map(fresh)].map(async ([iri, kind]) => check(await client.get(iri), kind)),
    );
    found = replies.flatMap((reply) => [...linkedFrom(reply, samples)]);
    for (const [iri, kind] of found)
      assert.equal(visited.get(iri) ?? kind, kind, `${iri} is linked to as two kinds`);
  }
  return visited;
}

function check(reply: Reply, kind: Kind): Reply {
  const { iri, status, type, document, json } = reply;
  assert.equal(status, 200, iri);
  assert.equal(type, kind === 'value' ? 'application/json' : 'application/shoji+json', iri);
  if (kind === 'value') return reply;
  assert.equal(document.element, `shoji:${kind}`, iri);
  assert.equal(new URL(document.self ?? 'missing:', iri).href, iri);
  assert.deepEqual(validate(json).findings, [], iri);
  return reply;
}

function* linkedFrom(
  { iri, document }: Reply,
  samples: readonly TemplateValues[],
): Generator<[string, Kind]> {
  const { catalogs, fragments, views, entities = [] } = document;
  const resolve = (reference: string) => new URL(reference, iri).pathname + new URL(reference, iri).search;
  for (const [map, kind] of [
    [catalogs, 'catalog'],
    [fragments, 'value'],
    [views, 'value'],
  ] as const) {
    for (const template of Object.values(map ?? {}).map((href) => UriTemplate.parse(href))) {
      for (const values of samples) yield [resolve(template.expand(values)), kind];
    }
  }
  for (const entity of entities) yield [resolve(entity), 'entity'];
}
