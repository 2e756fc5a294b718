import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { needPostgres, sharedPostgres } from '../../postgres.js';
import { plan } from '../../../lib/store-contract/fixtures.js';

const color = { members: [{ name: 'color', type: 'string', indexed: true } as const] };
const goods = { collection: 'goods', parentIds: [] };

describe('store/sql/migrate on PostgreSQL', () => {
  let url: string;
  let schema: string;
  /** The same database, for a user who may do nothing in it. */
  let guest: string;

  const openedAt = async (address: string, plans = [plan('goods', 'client')]): Promise<SqlStore> => {
    const store = new SqlStore(postgresEngine(address));
    await store.open(plans);
    return store;
  };
  /** Why a store cannot be opened. */
  const refusal = async (address: string, plans = [plan('goods', 'client')]): Promise<Error> => {
    const error: unknown = await openedAt(address, plans).then(
      async (store) => {
        await store.close();
        return 'it opens';
      },
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error, String(error));
    return error;
  };

  before(needPostgres);

  beforeEach(async () => {
    const server = await sharedPostgres();
    url = await server.database();
    schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? '';
    const user = `guest_${schema}`;
    await server.query(
      `CREATE ROLE ${user} LOGIN PASSWORD 'guest'; GRANT USAGE ON SCHEMA ${schema} TO ${user}`,
    );
    const address = new URL(url);
    address.username = user;
    address.password = 'guest';
    guest = address.href;
  });

  it('says what a user lacks who may not make tables', async () => {
    const error = await refusal(guest);
    assert.match(error.message, /not allowed to the user .*permission denied for schema/);
    assert.match(error.message, /GRANT USAGE, CREATE ON SCHEMA/);
    assert.doesNotMatch(error.message, /postgres:\/\//);
  });

  it('says which migration a user may not run who does not own the tables', async () => {
    await (await openedAt(url)).close();
    const server = await sharedPostgres();
    await server.query(`GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO guest_${schema}`);
    const error = await refusal(guest, [plan('goods', 'client', color)]);
    assert.match(error.message, /the migration "3 member goods\.color_string" is not allowed/);
  });

  it('needs no such right once the tables are there', async () => {
    await (await openedAt(url)).close();
    const server = await sharedPostgres();
    await server.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO guest_${schema}`,
    );
    const store = await openedAt(guest);
    try {
      await store.write([{ do: 'create', key: goods, id: 'a', body: {} }]);
      await store.transaction((transaction) => transaction.write([{ do: 'remove', key: goods, id: 'a' }]));
      assert.equal(await store.count(goods), 0);
    } finally {
      await store.close();
    }
  });

  it('says so where a table is there that it did not make', async () => {
    const server = await sharedPostgres();
    await server.query(`CREATE TABLE ${schema}.goods (n int)`);
    const error = await refusal(url);
    assert.match(error.message, /the migration "2 table 000 goods .*" fails .*a schema of its own/);
  });

  it('says which migration fails, whatever the reason', async () => {
    await (await openedAt(url)).close();
    const server = await sharedPostgres();
    await server.query(`CREATE VIEW ${schema}.v AS SELECT * FROM ${schema}.goods`);
    await server.query(`ALTER TABLE ${schema}.goods ADD COLUMN color_string text`);
    const error = await refusal(url, [plan('goods', 'client', color)]);
    assert.match(error.message, /the migration "3 member goods\.color_string" fails/);
  });

  it('says of a server that it cannot reach that it is unavailable', async () => {
    const engine = postgresEngine('postgres://user:secret@127.0.0.1:1/x');
    try {
      await assert.rejects(
        sql`select 1`.execute(engine.kysely),
        (error) => error instanceof StoreUnavailableError && error.reason === 'unreachable',
      );
    } finally {
      await engine.close();
    }
  });
});
