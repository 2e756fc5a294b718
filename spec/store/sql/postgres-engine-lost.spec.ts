import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../../lib/store/sql/engine.js';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { QUEUE_TABLE } from '../../../lib/store/sql/postgres/postgres-dialect.js';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { needPostgres, startPostgres } from '../../postgres.js';
import type { PostgresServer } from '../../postgres.js';
import { statement } from './statement.js';

const CREATE = statement('CREATE TABLE IF NOT EXISTS item (id bigint PRIMARY KEY)');
const INSERT = statement('INSERT INTO item VALUES ($1)');
const IDS = statement('SELECT id FROM item ORDER BY id');
const PROCESS = statement('SELECT pg_backend_pid() AS id');

/** Ends all connections but the one that it comes through. */
const END_ALL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'koa-shoji' AND pid <> pg_backend_pid()`;

const isUnreachable = (error: unknown) =>
  error instanceof StoreUnavailableError && error.reason === 'unreachable';

describe('store/sql/postgres engine, losing its server', () => {
  let server: PostgresServer;
  let engine: Engine;
  let written = 0;

  const ids = async () => (await engine.reader.all(IDS, [])).map(({ id }) => id);
  const write = async () => {
    await engine.write((connection) => connection.run(INSERT, [written]));
    written += 1;
  };
  const allWritten = () => Array.from({ length: written }, (_, id) => id);

  before(needPostgres);

  before(async () => {
    // What was committed has to be there after a crash; the files survive a kill without fsync.
    server = await startPostgres();
    await server.query(`CREATE TABLE ${QUEUE_TABLE} ()`);
  });

  after(() => server?.dispose());

  beforeEach(async () => {
    engine = postgresEngine(server.url, { pool: 4 });
    await engine.open();
    await engine.write((connection) => connection.run(CREATE, []));
    written = (await ids()).length;
    // So that there are connections that break while nobody uses them.
    await Promise.all([ids(), ids(), ids(), ids()]);
  });

  afterEach(() => engine.close());

  for (const [title, end] of [
    ['stopped', () => server.stop('fast')],
    ['killed', () => server.kill()],
  ] as const) {
    it(`[H64] answers unreachable while the server is ${title}, and is back with it`, async () => {
      await write();
      await end();
      const calls = [
        async () => engine.reader.all(IDS, []),
        async () => engine.check(),
        () => engine.write((connection) => connection.run(INSERT, [written])),
        () => engine.transact((connection) => connection.run(INSERT, [written])),
      ];
      for (const call of calls) await assert.rejects(call, isUnreachable);
      await server.start();
      await engine.check();
      assert.deepEqual(await ids(), allWritten());
      await write();
      assert.deepEqual(await ids(), allWritten());
    });
  }

  it('[H64] notices nothing of a restart between two requests', async () => {
    await server.stop('fast');
    await server.start();
    await write();
    assert.deepEqual(await Promise.all([ids(), ids(), ids(), ids()]), Array(4).fill(allWritten()));
  });

  it('[H64] reads and writes on though all connections were ended', async () => {
    await server.query(END_ALL);
    assert.deepEqual(await ids(), allWritten());
    await server.query(END_ALL);
    await write();
    assert.deepEqual(await ids(), allWritten());
  });

  it('[H64] runs a transaction anew whose connection had broken, once', async () => {
    let runs = 0;
    await engine.transact(async (connection) => {
      runs += 1;
      await connection.run(INSERT, [written]);
      const [row] = await connection.all(PROCESS, []);
      if (runs === 1) await server.query(`SELECT pg_terminate_backend(${String(row?.['id'])})`);
      await connection.run(statement('SELECT 1'), []);
    });
    written += 1;
    assert.equal(runs, 2);
    assert.deepEqual(await ids(), allWritten());
  });

  it('[H64] says that nobody knows where the connection breaks during the commit, and does not repeat it', async () => {
    await server.query(`
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION dawdle()`);
    try {
      let runs = 0;
      const inserting = engine.write((connection) => {
        runs += 1;
        return connection.run(INSERT, [written]);
      });
      const committing = `SELECT pid FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'`;
      const rejected = assert.rejects(
        inserting,
        (error) => isUnreachable(error) && /not known/.test((error as Error).message),
      );
      while ((await server.query(committing)).length === 0) await sleep(10);
      await server.query(END_ALL);
      await rejected;
      assert.equal(runs, 1);
    } finally {
      await server.query('DROP TRIGGER slow ON item; DROP FUNCTION dawdle()');
    }
    assert.deepEqual(await ids(), allWritten());
  });

  it('[H69] finds out within its time that a server stands still', async () => {
    const goOn = server.freeze();
    try {
      await assert.rejects(async () => engine.check(), isUnreachable);
    } finally {
      goOn();
    }
    await engine.check();
  });
});
