import assert from 'node:assert/strict';
import type { CollectionKey } from '../../../lib/store/store.js';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import { needPostgres, sharedPostgres } from '../../postgres.js';
import { create, idsIn, pagesOf, refuses, remove, replace } from '../../../lib/store-contract/fixtures.js';
import { columns, existingTablePlan } from './existing-tables.js';

const events: CollectionKey = { collection: 'events', parentIds: [] };

const plan = existingTablePlan(
  'events',
  'uuidv7',
  {
    table: 'Hall of.events',
    key: 'Event Id',
    columns: columns({
      begins: ['begins', 'string'],
      local: ['local', 'string?'],
      day: ['day', 'string?'],
      mood: ['mood', 'string?'],
      visitors: ['visitors', 'number?'],
      exact: ['exact', 'number?'],
      parent: ['parent', 'string?'],
      seen: ['seen', 'string?'],
    }),
  },
  { references: [{ member: 'parent', collection: 'events' }] },
);

describe('store/sql: a table of others, as only PostgreSQL has them', () => {
  before(needPostgres);

  let store: SqlStore;
  let url: string;

  before(async () => {
    const server = await sharedPostgres();
    for (const statement of [
      'DROP SCHEMA IF EXISTS "Hall of" CASCADE',
      'CREATE SCHEMA "Hall of"',
      `CREATE TYPE "Hall of".mood AS ENUM ('loud', 'calm')`,
      `CREATE TABLE "Hall of".events ("Event Id" uuid PRIMARY KEY, begins timestamptz NOT NULL, local timestamp,
        day date, mood "Hall of".mood, visitors bigint, exact numeric, parent uuid REFERENCES "Hall of".events,
        seen text)`,
      `CREATE FUNCTION "Hall of".see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.mood = 'loud' AND NEW.visitors > 9 THEN RAISE EXCEPTION 'too many'; END IF;
        NEW.seen := 'seen ' || NEW.begins::date; RETURN NEW; END $$`,
      `CREATE TRIGGER see BEFORE INSERT OR UPDATE ON "Hall of".events FOR EACH ROW EXECUTE FUNCTION "Hall of".see()`,
    ]) {
      await server.query(statement);
    }
    url = await server.database();
    store = new SqlStore(postgresEngine(url, { pool: 4 }));
    await store.open([plan]);
  });
  after(async () => {
    await store?.close();
    await (await sharedPostgres()).query('DROP SCHEMA "Hall of" CASCADE');
  });
  afterEach(async () => {
    await (await sharedPostgres()).query('DELETE FROM "Hall of".events');
  });

  it('is found in its schema, with times as RFC 3339 writes them', async () => {
    const made = await create(store, events, {
      begins: '2024-02-29T13:00:00.250+01:00',
      local: '2024-02-29T13:00:00+01:00',
      day: '2024-02-29',
      mood: 'calm',
    });
    assert.match(made.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.deepEqual(made.body, {
      begins: '2024-02-29T12:00:00.25Z',
      local: '2024-02-29T12:00:00Z',
      day: '2024-02-29',
      mood: 'calm',
      seen: 'seen 2024-02-29',
    });
    const { body } = await replace(store, events, made.id, {
      begins: '2024-03-01 08:00',
      local: '2024-03-01',
    });
    assert.deepEqual(body, {
      begins: '2024-03-01T08:00:00Z',
      local: '2024-03-01T00:00:00Z',
      seen: 'seen 2024-03-01',
    });
  });

  it('has the same versions whatever the time zone and the style of dates of a session', async () => {
    const made = await create(store, events, { begins: '2024-02-29T12:00:00Z', day: '2024-02-29' });
    const options = `-c TimeZone=Asia/Tokyo -c DateStyle=German -c IntervalStyle=sql_standard`;
    const elsewhere = new URL(url);
    const given = elsewhere.searchParams.get('options') ?? '';
    elsewhere.searchParams.set('options', `${given} ${options}`);
    const other = new SqlStore(postgresEngine(elsewhere.href.replaceAll('+', '%20')));
    try {
      await other.open([plan]);
      assert.deepEqual(await other.get(events, made.id), made);
    } finally {
      await other.close();
    }
  });

  it('gives numbers where JavaScript holds them, and their digits where it does not', async () => {
    const begins = '2024-02-29T12:00:00Z';
    const { id } = await create(store, events, { begins, visitors: 9007199254740991, exact: 0.1 });
    assert.deepEqual((await store.get(events, id))?.body['visitors'], 9007199254740991);
    const server = await sharedPostgres();
    await server.query('UPDATE "Hall of".events SET visitors = 9007199254740993, exact = 1.50');
    const found = await store.get(events, id);
    assert.deepEqual([found?.body['visitors'], found?.body['exact']], ['9007199254740993', 1.5]);
    await server.query(`UPDATE "Hall of".events SET exact = 0.12345678901234567890`);
    assert.equal((await store.get(events, id))?.body['exact'], '0.12345678901234567890');
    assert.deepEqual(await idsIn(store, events, { where: { visitors: 9007199254740992 } }), []);
  });

  it('refuses what types and triggers do not take', async () => {
    const begins = '2024-02-29T12:00:00Z';
    for (const body of [
      { begins: 'soon' },
      { begins, mood: 'sad' },
      { begins, visitors: 1.5 },
      { begins, visitors: 1e300 },
      { begins, mood: 'loud', visitors: 10 },
    ]) {
      await refuses(store, 'refused', [{ do: 'create', key: events, body }]);
    }
    assert.equal(await store.count(events), 0);
  });

  it('searches and sorts by columns of any type', async () => {
    const first = await create(store, events, { begins: '2024-02-29T12:00:00Z', mood: 'calm', visitors: 2 });
    const second = await create(store, events, {
      begins: '2023-02-28T12:00:00Z',
      mood: 'loud',
      visitors: 1,
      parent: first.id,
    });
    for (const [where, id] of [
      [{ begins: '2024-02-29T12:00:00Z' }, first.id],
      [{ mood: 'loud' }, second.id],
      [{ visitors: 1 }, second.id],
      [{ parent: first.id }, second.id],
    ] as const) {
      assert.deepEqual(await idsIn(store, events, { where }), [id], JSON.stringify(where));
      assert.equal(await store.count(events, { where }), 1);
    }
    assert.deepEqual(await idsIn(store, events, { where: { mood: 'sad', parent: 'x' } }), []);
    for (const member of ['begins', 'visitors']) {
      const pages = await pagesOf(store, events, { order: { member }, limit: 1 });
      assert.deepEqual(pages.flat(), [second.id, first.id]);
    }
    assert.equal(await store.get(events, 'x'), undefined);
    const nobody = '018d0000-0000-7000-8000-000000000000';
    const { members } = await refuses(store, 'reference', [
      { do: 'create', key: events, body: { begins: '2024-02-29T12:00:00Z', parent: nobody } },
    ]);
    assert.deepEqual(members, ['parent']);
    await refuses(store, 'in-use', [{ do: 'remove', key: events, id: first.id }]);
    await remove(store, events, second.id);
    await remove(store, events, first.id);
  });
});
