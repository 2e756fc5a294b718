import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { sqliteEngine } from '../../../lib/store/sql/sqlite/sqlite-engine.js';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { statement } from './statement.js';

const INSERT = statement('INSERT INTO item VALUES (?)');
const COUNT = statement('SELECT count(*) AS n FROM item');

/** Takes the lock for writing, says so, and holds it until its standard input ends. */
const HOLDER = `
  const Database = require('libsql');
  const database = new Database(process.argv[1]);
  database.exec('BEGIN IMMEDIATE');
  console.log('locked');
  process.stdin.on('data', () => {}).on('end', () => { database.exec('ROLLBACK'); process.exit(); });`;

/** @returns what lets go of the lock */
async function lock(path: string): Promise<() => Promise<unknown>> {
  const child = spawn(process.execPath, ['-e', HOLDER, path], {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  return () => {
    child.stdin.end();
    return exit;
  };
}

/** How often the event loop turned while something was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let turning = true;
  const turn = () => {
    turns += 1;
    if (turning) setImmediate(turn);
  };
  turn();
  await work();
  turning = false;
  return turns;
}

describe('store/sql/sqlite engine, locked by another process', () => {
  it('[H63] answers busy at its limit, reads on, never stops the event loop, and writes once it is free', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'shoji-'));
    const path = join(directory, 'test.db');
    const engine = sqliteEngine(path, { busyTimeout: 400 });
    await engine.open();
    await sql`CREATE TABLE item (id INTEGER PRIMARY KEY)`.execute(engine.kysely);
    const write = (id: number) => engine.write((connection) => connection.run(INSERT, [id]));
    const unlock = await lock(path);
    try {
      const attempt = async (): Promise<void> => {
        const results = await Promise.allSettled([
          write(1),
          write(2),
          engine.transact((connection) => connection.run(INSERT, [3])),
        ]);
        for (const result of results) {
          assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailableError);
          assert.equal(result.reason.reason, 'busy');
          assert.ok(result.reason.retryAfter > 0);
        }
        assert.deepEqual(await engine.reader.all(COUNT, []), [{ n: 0 }]);
      };
      // An engine that waits in SQLite lets the loop turn once or twice between its attempts.
      const turns = await turnsDuring(attempt);
      assert.ok(turns > 100, `${turns} turns`);
      const waiting = write(4);
      await unlock();
      await waiting;
      assert.deepEqual(await engine.reader.all(COUNT, []), [{ n: 1 }]);
    } finally {
      await unlock();
      await engine.close();
      await rm(directory, { recursive: true });
    }
  });
});
