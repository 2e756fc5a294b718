import assert from 'node:assert/strict';
import { ConstraintError } from '../../../lib/store/sql/engine.js';
import type { Connection, Engine } from '../../../lib/store/sql/engine.js';
import type { PostgresOptions } from '../../../lib/store/sql/postgres/postgres-options.js';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { QUEUE_TABLE } from '../../../lib/store/sql/postgres/postgres-dialect.js';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { needPostgres, sharedPostgres } from '../../postgres.js';
import { statement } from './statement.js';

const CREATE = statement('CREATE TABLE item (id bigint PRIMARY KEY, text text CONSTRAINT one_text UNIQUE)');
const CREATE_PART = statement('CREATE TABLE part (item bigint CONSTRAINT of_item REFERENCES item)');
const INSERT = statement('INSERT INTO item VALUES ($1, $2)');
const REFER = statement('INSERT INTO part VALUES ($1)');
const UPDATE = statement('UPDATE item SET text = $2 WHERE id = $1');
const TEXT = statement('SELECT text FROM item WHERE id = $1');
const TEXTS = statement('SELECT text FROM item ORDER BY id');
const SLEEP = statement('SELECT pg_sleep($1)');

const isUnavailable = (reason: string) => (error: unknown) =>
  error instanceof StoreUnavailableError && error.reason === reason;

/** Something to wait for, and what ends the waiting. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('store/sql/postgres engine', () => {
  let url: string;
  let engine: Engine;
  const engines: Engine[] = [];

  const opened = async (options?: PostgresOptions): Promise<Engine> => {
    const made = postgresEngine(url, options);
    engines.push(made);
    await made.open();
    return made;
  };
  const texts = async () => (await engine.reader.all(TEXTS, [])).map(({ text }) => text);

  before(needPostgres);

  beforeEach(async () => {
    url = await (await sharedPostgres()).database();
    engine = await opened();
    await engine.write(async (connection) => {
      await connection.run(statement(`CREATE TABLE ${QUEUE_TABLE} ()`), []);
      await connection.run(CREATE, []);
      await connection.run(CREATE_PART, []);
      await connection.run(INSERT, [1, 'a']);
      await connection.run(INSERT, [2, 'b']);
    });
  });

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((each) => each.close()));
  });

  it('gives back what was written, every value in its type', async () => {
    const echo = statement(
      'SELECT $1::bigint AS a, $2::double precision AS b, $3::boolean AS c, $4::text AS d',
    );
    const [row] = await engine.reader.all(echo, [2 ** 53 - 1, 1.5, true, '😀 "x"']);
    assert.deepEqual(row, { a: 2 ** 53 - 1, b: 1.5, c: true, d: '😀 "x"' });
    assert.deepEqual(await engine.reader.all(statement('SELECT count(*) AS n FROM item'), []), [{ n: 2 }]);
  });

  it('undoes a write that fails', async () => {
    const write = engine.write(async (connection) => {
      await connection.run(INSERT, [3, 'c']);
      throw new TypeError('changed my mind');
    });
    await assert.rejects(write, TypeError);
    assert.deepEqual(await texts(), ['a', 'b']);
  });

  it('says which constraint was broken', async () => {
    const errorOf = (work: (connection: Connection) => unknown) =>
      engine.write(async (connection) => void (await work(connection))).catch((error: unknown) => error);
    const errors = [
      await errorOf((connection) => connection.run(INSERT, [1, 'c'])),
      await errorOf((connection) => connection.run(INSERT, [3, 'a'])),
      await errorOf((connection) => connection.run(REFER, [99])),
    ];
    assert.deepEqual(
      errors.map((error) => error instanceof ConstraintError && [error.kind, error.constraint]),
      [
        ['unique', 'item_pkey'],
        ['unique', 'one_text'],
        ['foreign-key', 'of_item'],
      ],
    );
  });

  it('undoes an attempt, and goes on', async () => {
    await engine.transact(async (connection) => {
      const attempt = engine.attempt(connection, async () => {
        await connection.run(INSERT, [3, 'c']);
        await connection.run(INSERT, [4, 'a']);
      });
      await assert.rejects(attempt, ConstraintError);
      await engine.attempt(connection, () => connection.run(INSERT, [5, 'e']));
    });
    assert.deepEqual(await texts(), ['a', 'b', 'e']);
  });

  it('acknowledges nothing where an error was caught that the server did not get over', async () => {
    const write = engine.write(async (connection) => {
      await connection.run(INSERT, [3, 'c']);
      await assert.rejects(async () => connection.run(INSERT, [4, 'a']), ConstraintError);
    });
    await assert.rejects(write, /attempt\(\)/);
    assert.deepEqual(await texts(), ['a', 'b']);
  });

  it('lets nobody write through a transaction that is over', async () => {
    const lent = await engine.transact((connection) => Promise.resolve({ connection }));
    await assert.rejects(async () => lent.connection.run(INSERT, [3, 'c']), /over/);
  });

  it('commits to the disk though the server is set not to', async () => {
    const [role] = await engine.reader.all(statement('SELECT current_database() AS name'), []);
    const server = await sharedPostgres();
    await server.query(`ALTER DATABASE "${String(role?.['name'])}" SET synchronous_commit = off`);
    try {
      const other = await opened();
      const setting = await other.reader.all(statement('SHOW synchronous_commit'), []);
      assert.deepEqual(setting, [{ synchronous_commit: 'on' }]);
    } finally {
      await server.query(`ALTER DATABASE "${String(role?.['name'])}" RESET synchronous_commit`);
    }
  });

  it('[H65] begins a transaction anew where another came in between', async () => {
    let runs = 0;
    await engine.transact(async (connection) => {
      runs += 1;
      const [row] = await connection.all(TEXT, [1]);
      if (runs === 1) await engine.write((other) => other.run(UPDATE, [1, 'other']));
      await connection.run(UPDATE, [1, `${String(row?.['text'])} and mine`]);
    });
    assert.equal(runs, 2);
    assert.deepEqual(await texts(), ['other and mine', 'b']);
  });

  it('[H65] answers busy after three more runs', async () => {
    let runs = 0;
    const transaction = engine.transact(async (connection) => {
      runs += 1;
      await connection.all(TEXT, [1]);
      await engine.write((other) => other.run(UPDATE, [1, `other ${runs}`]));
      await connection.run(UPDATE, [1, 'mine']);
    });
    await assert.rejects(transaction, isUnavailable('busy'));
    assert.equal(runs, 4);
    assert.deepEqual(await texts(), ['other 4', 'b']);
  });

  it('[H65] refuses none of those that count at once, through two engines', async () => {
    await engine.write((connection) => connection.run(UPDATE, [1, '0']));
    const both = [engine, await opened()];
    const count = async (_: unknown, index: number) => {
      for (let n = 0; n < 10; n += 1) {
        await both[index % 2]!.transact(async (connection) => {
          const [row] = await connection.all(TEXT, [1]);
          await connection.run(UPDATE, [1, String(Number(row?.['text']) + 1)]);
        });
      }
    };
    await Promise.all(Array.from({ length: 20 }, count));
    assert.equal((await texts())[0], '200');
  });

  it('[H65] lets transactions that do not collide go on beside each other, and beside one that lost', async () => {
    const runs = [0, 0, 0];
    const [queued, done] = [gate(), gate()];
    const begun = [gate(), gate()] as const;
    // Each has a table of its own: rows of a small one are too close to each other for the server to tell.
    await engine.write(async (connection) => {
      for (const n of [0, 1, 2])
        await connection.run(statement(`CREATE TABLE lone_${n} AS SELECT 0 AS n`), []);
    });
    const count = [0, 1, 2].map((n) => statement(`UPDATE lone_${n} SET n = n + 1`));
    const others = ([0, 1] as const).map((n) => async (connection: Connection) => {
      runs[n + 1]! += 1;
      await connection.run(count[n + 1]!, []);
      begun[n].open();
      await begun[1 - n]!.opened;
    });
    const loser = engine.transact(async (connection) => {
      runs[0]! += 1;
      await connection.all(statement('SELECT n FROM lone_0'), []);
      if (runs[0] === 1) await engine.write((other) => other.run(count[0]!, []));
      else {
        // It has its turn, and keeps it until those that began later are done.
        queued.open();
        await done.opened;
      }
      await connection.run(count[0]!, []);
    });
    await queued.opened;
    await Promise.all(others.map((work) => engine.transact(work)));
    done.open();
    await loser;
    assert.deepEqual(runs, [2, 1, 1]);
  });

  it('[H65] answers busy where its turn among those that lost does not come in time', async () => {
    const hasty = await opened({ lockTimeout: 50 });
    const end = gate();
    const locked = gate();
    const holder = engine.write(async (connection) => {
      await connection.run(statement('LOCK TABLE shoji_queue IN EXCLUSIVE MODE'), []);
      locked.open();
      await end.opened;
    });
    await locked.opened;
    const write = (connection: Connection) => connection.run(UPDATE, [1, 'mine']);
    await assert.rejects(hasty.transact(write), isUnavailable('busy'));
    end.open();
    await holder;
    await hasty.transact(write);
    assert.deepEqual(await texts(), ['mine', 'b']);
  });

  it('[H65] gets over a deadlock', async () => {
    const locked = [gate(), gate()] as const;
    const write = (first: number, second: number, mine: () => void, other: Promise<void>) =>
      engine.write(async (connection) => {
        await connection.run(UPDATE, [first, `${first} of ${first}${second}`]);
        mine();
        await other;
        await connection.run(UPDATE, [second, `${second} of ${first}${second}`]);
      });
    await Promise.all([
      write(1, 2, locked[0].open, locked[1].opened),
      write(2, 1, locked[1].open, locked[0].opened),
    ]);
    const found = (await texts()).join();
    assert.ok(['1 of 12,2 of 12', '1 of 21,2 of 21'].includes(found), found);
  });

  it('[H65] answers busy where all connections are in use, and again once one is free', async () => {
    const small = await opened({ pool: 1, connectTimeout: 100 });
    const end = gate();
    const holder = small.transact(() => end.opened);
    await assert.rejects(async () => small.reader.all(TEXTS, []), isUnavailable('busy'));
    await assert.rejects(
      small.write((connection) => connection.run(INSERT, [3, 'c'])),
      isUnavailable('busy'),
    );
    await assert.rejects(async () => small.check(), isUnavailable('busy'));
    end.open();
    await holder;
    await small.check();
    assert.equal((await small.reader.all(TEXTS, [])).length, 2);
  });

  it('answers busy where others keep a lock, or a statement takes too long', async () => {
    const hasty = await opened({ lockTimeout: 50, statementTimeout: 200 });
    const end = gate();
    const started = gate();
    const holder = engine.write(async (connection) => {
      await connection.run(UPDATE, [1, 'held']);
      started.open();
      await end.opened;
    });
    await started.opened;
    await assert.rejects(
      hasty.write((connection) => connection.run(UPDATE, [1, 'mine'])),
      isUnavailable('busy'),
    );
    end.open();
    await holder;
    await assert.rejects(async () => hasty.reader.all(SLEEP, [5]), isUnavailable('busy'));
    assert.deepEqual(await texts(), ['held', 'b']);
  });

  it('rolls back a transaction that takes too long', async () => {
    const hasty = await opened({ transactionTimeout: 50 });
    const slow = hasty.transact(async (connection) => {
      await connection.run(INSERT, [3, 'c']);
      await gate().opened;
    });
    await assert.rejects(slow, isUnavailable('busy'));
    assert.deepEqual(await texts(), ['a', 'b']);
  });

  it('answers failed where the server takes no writes', async () => {
    const readOnly = new URL(url);
    readOnly.searchParams.set(
      'options',
      `${readOnly.searchParams.get('options')} -c default_transaction_read_only=on`,
    );
    const other = postgresEngine(readOnly.href);
    engines.push(other);
    await assert.rejects(
      other.write((connection) => connection.run(INSERT, [3, 'c'])),
      isUnavailable('failed'),
    );
    assert.equal((await other.reader.all(TEXTS, [])).length, 2);
  });

  it('reads from a replica where one is named', async () => {
    const other = await (await sharedPostgres()).database();
    const both = await opened({ replica: other });
    const schema = statement('SELECT current_schema() AS name');
    const [primary, replica] = [await both.reader.all(schema, []), await both.replica!.all(schema, [])];
    assert.ok(url.endsWith(String(primary[0]?.['name'])));
    assert.ok(other.endsWith(String(replica[0]?.['name'])));
  });

  describe('behind a pooler of transactions', () => {
    const LEFT = statement(
      `SELECT (SELECT count(*) FROM pg_prepared_statements) AS prepared,
         current_setting('lock_timeout') AS lock, current_setting('synchronous_commit') AS durable`,
    );
    const SETTINGS = statement(
      `SELECT current_setting('lock_timeout') AS lock, current_setting('synchronous_commit') AS durable`,
    );

    it('leaves nothing in a session, and keeps its limits in each transaction', async () => {
      const lax = new URL(url);
      lax.searchParams.set('options', `${lax.searchParams.get('options')} -c synchronous_commit=off`);
      const pooled = postgresEngine(lax.href, { transactionPooling: true, pool: 1, lockTimeout: 4321 });
      engines.push(pooled);
      for (const run of [pooled.write.bind(pooled), pooled.transact.bind(pooled)]) {
        const [row] = await run((connection) => connection.all(SETTINGS, []));
        assert.equal(row?.['durable'], 'on');
        assert.equal(row['lock'], run.name.includes('write') ? '4321ms' : '200ms');
      }
      assert.deepEqual(await pooled.reader.all(LEFT, []), [{ prepared: 0, lock: '0', durable: 'off' }]);
    });

    it('answers busy where others keep a lock, or a statement takes too long', async () => {
      const hasty = await opened({ transactionPooling: true, lockTimeout: 50, statementTimeout: 200 });
      const end = gate();
      const started = gate();
      const holder = engine.write(async (connection) => {
        await connection.run(UPDATE, [1, 'held']);
        started.open();
        await end.opened;
      });
      await started.opened;
      const blocked = hasty.write((connection) => connection.run(UPDATE, [1, 'mine']));
      await assert.rejects(blocked, isUnavailable('busy'));
      end.open();
      await holder;
      await assert.rejects(
        hasty.write((connection) => connection.all(SLEEP, [5])),
        isUnavailable('busy'),
      );
    });
  });

  it('does not open what it cannot use, and shows no password', async () => {
    const server = await sharedPostgres();
    await server.query(`CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0`);
    const change = (name: 'password' | 'pathname', value: string) => {
      const changed = new URL(url);
      changed[name] = value;
      return changed.href;
    };
    const wrong: [string, string, RegExp][] = [
      [change('password', 'secret'), 'unreachable', /does not let us in/],
      [change('pathname', '/missing'), 'unreachable', /no such database/],
      [change('pathname', '/ascii'), 'failed', /ENCODING 'UTF8'/],
      ['postgres://user:secret@127.0.0.1:1/x', 'unreachable', /connection/],
    ];
    for (const [address, reason, message] of wrong) {
      const made = postgresEngine(address);
      const error: unknown = await made.open().catch((thrown: unknown) => thrown);
      assert.ok(isUnavailable(reason)(error), String(error));
      assert.match((error as Error).message, message);
      assert.doesNotMatch((error as Error).message, /secret/);
      await made.close();
    }
  });
});
