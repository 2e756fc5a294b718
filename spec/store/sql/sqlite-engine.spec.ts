import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { ConstraintError } from '../../../lib/store/sql/engine.js';
import type { Engine } from '../../../lib/store/sql/engine.js';
import type { SqliteOptions } from '../../../lib/store/sql/sqlite/sqlite-options.js';
import { sqliteEngine } from '../../../lib/store/sql/sqlite/sqlite-engine.js';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { statement } from './statement.js';

const INSERT = statement('INSERT INTO item VALUES (?, ?)');
const REFER = statement('INSERT INTO part VALUES (?)');
const TEXTS = statement('SELECT text FROM item ORDER BY id');

describe('store/sql/sqlite engine', () => {
  let directory: string;
  let path: string;
  let engine: Engine;

  const opened = async (options?: SqliteOptions): Promise<Engine> => {
    const made = sqliteEngine(path, options);
    await made.open();
    return made;
  };
  const texts = async () => (await engine.reader.all(TEXTS, [])).map(({ text }) => text);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shoji-'));
    path = join(directory, 'test.db');
    engine = await opened();
    await sql`CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT UNIQUE)`.execute(engine.kysely);
    await sql`CREATE TABLE part (item INTEGER REFERENCES item (id))`.execute(engine.kysely);
  });

  afterEach(async () => {
    await engine.close();
    await rm(directory, { recursive: true });
  });

  it('[H61] keeps its journal so that a commit survives a loss of power, and holds foreign keys', async () => {
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'];
    const found = await engine.write((connection) =>
      settings.map(
        (name) => Object.values((connection.all(statement(`PRAGMA ${name}`), []) as object[])[0]!)[0],
      ),
    );
    assert.deepEqual(found, ['wal', 2, 1, 0]);
  });

  it('gives back what was written, every value in its type', async () => {
    const echo = statement('SELECT ? AS a, typeof(?1) AS type, ? AS b, ? AS c, ? AS d, ? AS e');
    const [row] = await engine.reader.all(echo, [2 ** 53 - 1, 1.5, true, null, '😀 "x"']);
    assert.deepEqual(row, { a: 2 ** 53 - 1, type: 'integer', b: 1.5, c: 1, d: null, e: '😀 "x"' });
  });

  it('gives all rows of a long answer', async () => {
    await engine.write(async (connection) => {
      for (let id = 0; id < 1000; id++) await connection.run(INSERT, [id, `text ${id}`]);
    });
    assert.equal((await texts()).length, 1000);
  });

  it('lets nothing be written through the connection for reading', () => {
    assert.throws(
      () => engine.reader.run(INSERT, [1, 'a']),
      (error) => error instanceof StoreUnavailableError && error.reason === 'failed',
    );
  });

  it('shows what is written to others once it is committed', async () => {
    let seen: unknown;
    await engine.transact(async (connection) => {
      await connection.run(INSERT, [1, 'a']);
      seen = await texts();
    });
    assert.deepEqual([seen, await texts()], [[], ['a']]);
  });

  it('undoes alone what fails of those that share a commit', async () => {
    const results = await Promise.allSettled([
      engine.write((connection) => connection.run(INSERT, [1, 'a'])),
      engine.write(async (connection) => {
        await connection.run(INSERT, [2, 'b']);
        await connection.run(INSERT, [3, 'a']);
      }),
      engine.write(async (connection) => {
        await connection.run(INSERT, [4, 'd']);
        throw new TypeError('changed my mind');
      }),
      engine.write((connection) => connection.run(INSERT, [5, 'e'])),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === 'rejected' ? result.reason.name : result.value)),
      [1, 'ConstraintError', 'TypeError', 1],
    );
    assert.deepEqual(await texts(), ['a', 'e']);
  });

  it('says which kind of constraint was broken', async () => {
    await engine.write((connection) => connection.run(INSERT, [1, 'a']));
    const broken = (id: number, text: string) =>
      engine.write((connection) => connection.run(INSERT, [id, text])).catch((error: unknown) => error);
    const referred = await engine
      .write((connection) => connection.run(REFER, [99]))
      .catch((error: unknown) => error);
    const errors = [await broken(1, 'b'), await broken(2, 'a'), referred];
    assert.deepEqual(
      errors.map((error) => error instanceof ConstraintError && [error.kind, error.constraint]),
      [
        ['unique', 'item.id'],
        ['unique', 'item.text'],
        ['foreign-key', undefined],
      ],
    );
  });

  it('undoes an attempt, and goes on', async () => {
    await engine.transact(async (connection) => {
      await connection.run(INSERT, [1, 'a']);
      const attempt = engine.attempt(connection, async () => {
        await connection.run(INSERT, [2, 'b']);
        await connection.run(INSERT, [3, 'a']);
      });
      await assert.rejects(attempt, ConstraintError);
      await engine.attempt(connection, () => connection.run(INSERT, [4, 'd']));
    });
    assert.deepEqual(await texts(), ['a', 'd']);
  });

  it('lets nobody write through a transaction that is over', async () => {
    const lent = await engine.transact((connection) => Promise.resolve({ connection }));
    assert.throws(() => lent.connection.run(INSERT, [1, 'a']), /over/);
    assert.deepEqual(await texts(), []);
  });

  it('rolls back a transaction that takes too long, and lets others write', async () => {
    await engine.close();
    engine = await opened({ transactionTimeout: 50 });
    const slow = engine.transact(async (connection) => {
      await connection.run(INSERT, [1, 'a']);
      await sleep(500, undefined, { ref: false });
      await connection.run(INSERT, [2, 'b']);
    });
    await assert.rejects(slow, (error) => error instanceof StoreUnavailableError && error.reason === 'busy');
    await engine.write((connection) => connection.run(INSERT, [3, 'c']));
    assert.deepEqual(await texts(), ['c']);
  });

  it('rejects as busy what waits too long behind a transaction', async () => {
    await engine.close();
    engine = await opened({ busyTimeout: 50 });
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const holder = engine.transact(() => held);
    const write = engine.write((connection) => connection.run(INSERT, [1, 'a']));
    const busy = (error: unknown) => error instanceof StoreUnavailableError && error.reason === 'busy';
    await assert.rejects(write, busy);
    await assert.rejects(
      engine.transact((connection) => connection.run(INSERT, [1, 'a'])),
      busy,
    );
    letGo();
    await holder;
    assert.deepEqual(await texts(), []);
  });

  it('[H62] answers full where there is no room, keeps reading, and writes again once there is', async () => {
    await engine.write((connection) => connection.run(INSERT, [1, 'a']));
    const limit = (pages: number) => statement(`PRAGMA max_page_count = ${pages}`);
    await engine.write((connection) => connection.all(limit(1), []));
    const writes = [2, 3].map((id) =>
      engine.write((connection) => connection.run(INSERT, [id, 'x'.repeat(20_000) + id])),
    );
    const results = await Promise.allSettled(writes);
    assert.deepEqual(
      results.map(
        (result) => result.status === 'rejected' && (result.reason as StoreUnavailableError).reason,
      ),
      ['full', 'full'],
    );
    assert.deepEqual(await texts(), ['a']);
    await engine.write((connection) => connection.all(limit(1000), []));
    await engine.write((connection) => connection.run(INSERT, [4, 'd']));
    assert.deepEqual(await texts(), ['a', 'd']);
  });

  it('lets nothing of a transaction through whose failure was caught', async () => {
    await engine.write((connection) => connection.all(statement('PRAGMA max_page_count = 1'), []));
    const transaction = engine.transact(async (connection) => {
      try {
        await connection.run(INSERT, [1, 'x'.repeat(20_000)]);
      } catch {
        // As if nothing had happened.
      }
    });
    await assert.rejects(
      transaction,
      (error) => error instanceof StoreUnavailableError && error.reason === 'full',
    );
    assert.deepEqual(await texts(), []);
  });

  it('keeps its journal bounded', async () => {
    const text = 'x'.repeat(4000);
    for (let round = 0; round < 50; round++) {
      await engine.write(async (connection) => {
        for (let id = 0; id < 100; id++)
          await connection.run(INSERT, [round * 100 + id, `${round} ${id} ${text}`]);
      });
    }
    const { size } = await stat(`${path}-wal`);
    assert.ok(size < 2 ** 23, `${size} bytes`);
  });

  it('notices that its file was removed or replaced', async () => {
    await engine.check();
    await rm(path);
    const failed = (error: unknown) => error instanceof StoreUnavailableError && error.reason === 'failed';
    assert.throws(() => engine.check(), failed);
    assert.throws(() => engine.check(), failed);
  });

  it('[H72] acknowledges nothing whose file was replaced between its beginning and its commit', async () => {
    const failed = (error: unknown) => error instanceof StoreUnavailableError && error.reason === 'failed';
    for (const [id, begin] of (['write', 'transact'] as const).entries()) {
      const written = engine[begin](async (connection) => {
        await connection.run(INSERT, [id, `not acknowledged by ${begin}`]);
        await copyFile(path, `${path}.copy`);
        await rename(path, `${path}.old`);
        await rename(`${path}.copy`, path);
      });
      await assert.rejects(written, failed);
      await rename(`${path}.old`, path);
      await engine.write((connection) => connection.run(INSERT, [10 + id, `${begin} is back`]));
    }
  });

  it('finishes what was begun before it is closed, and takes nothing more', async () => {
    const writes = Array.from({ length: 100 }, (_, id) =>
      engine.write((connection) => connection.run(INSERT, [id, `text ${id}`])),
    );
    await engine.close();
    await Promise.all(writes);
    await assert.rejects(
      engine.write((connection) => connection.run(INSERT, [1000, 'late'])),
      StoreUnavailableError,
    );
    engine = await opened();
    assert.equal((await texts()).length, 100);
  });

  it('changes the schema wholly or not at all', async () => {
    const migration = engine.kysely.transaction().execute(async (transaction) => {
      await sql`CREATE TABLE more (id INTEGER)`.execute(transaction);
      throw new Error('in the middle');
    });
    await assert.rejects(migration, /in the middle/);
    const tables = await engine.kysely.introspection.getTables();
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['item', 'part'],
    );
  });

  it('lets two open a new file at the same time', async () => {
    path = join(directory, 'both.db');
    const both = await Promise.all([opened(), opened()]);
    await Promise.all(both.map((each) => each.close()));
  });

  it('refuses what is no file of SQLite, and what names none', async () => {
    const garbage = join(directory, 'garbage.db');
    await writeFile(garbage, 'this is a text, and no database. '.repeat(100));
    for (const wrong of [garbage, join(directory, 'missing', 'test.db'), directory]) {
      const made = sqliteEngine(wrong);
      await assert.rejects(
        made.open(),
        (error) => error instanceof StoreUnavailableError && error.reason === 'failed',
        wrong,
      );
      await made.close();
    }
    for (const wrong of ['', ':memory:', 'a\0b']) assert.throws(() => sqliteEngine(wrong), TypeError);
  });
});
