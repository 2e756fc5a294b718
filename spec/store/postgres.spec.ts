// @slow: writes to a PostgreSQL of its own
import { postgresEngine } from '../../lib/store/sql/postgres/postgres-engine.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { needPostgres, sharedPostgres } from '../postgres.js';
import { storeContract } from '../../lib/store-contract/index.js';

let url: string | undefined;

/** Empties all tables of the schema, but for what was migrated. */
async function empty(): Promise<void> {
  const server = await sharedPostgres();
  const schema = decodeURIComponent(url ?? '').split('search_path=')[1];
  await server.query(`DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables
      WHERE schemaname = '${schema}' AND tablename NOT LIKE 'shoji_migrations%'
    LOOP EXECUTE format('DELETE FROM ${schema}.%I', name); END LOOP; END $$`);
}

describe('store/postgres', () => {
  before(needPostgres);

  storeContract({
    name: 'SqlStore on PostgreSQL',
    async open(plans) {
      // Tables are made by the first test, and found by all others.
      url ??= await (await sharedPostgres()).database();
      const store = new SqlStore(postgresEngine(url));
      await store.open(plans);
      return store;
    },
    async close(store) {
      await store.close();
      await empty();
    },
  });
});
