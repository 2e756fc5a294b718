// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { amount, report } from './amount.js';
import { entityDocument } from './entities.js';
import { Journal } from './journal.js';
import { ServerUnderTest } from './server-under-test.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { inTemporaryFolder } from './temporary.js';
import { assertSound, verify } from './verify.js';
import { prepare, work } from './workload.js';

/** How often something is read at least each time that the database is locked. */
const READS = 20;

describe('a locked database', () => {
  it('[H63] refuses writes with 503 and Retry-After, goes on reading, and never blocks the event loop', async function () {
    const rounds = amount(2, 20);
    this.timeout(120_000 + rounds * 15_000);
    await inTemporaryFolder(async (folder) => {
      const store = join(folder, 'ledger.db');
      const server = await ServerUnderTest.start({ store });
      const other = new Database(store);
      try {
        await prepare(server.client);
        const delays: number[] = [];
        let refused = 0;
        let read = 0;
        for (let round = 0; round < rounds; round++) {
          const journal = new Journal();
          await server.vitals();
          await begin(other);
          const working = Promise.all([
            work(server.client, journal, { writers: 8, each: 1 }),
            work(server.client, journal, { writers: 3, each: 1, only: 'transfer' }),
            assertRetryAfter(server),
          ]);
          read += await readUntil(server, working);
          other.exec('ROLLBACK');
          assert.deepEqual([...journal.statuses.keys()], [503], server.output);
          delays.push((await server.vitals()).delay);
          refused += journal.writes.length;
        }
        const journal = new Journal();
        await work(server.client, journal, { writers: 8, each: 5 });
        assert.ok(journal.count('acknowledged') > 0);
        report({
          'times locked': rounds,
          'writes refused with 503': refused,
          'reads meanwhile': read,
          'ms is the longest that the event loop was held up': Math.round(Math.min(...delays)),
        });
        // A server that waits for the lock in SQLite answers nothing meanwhile.
        assert.ok(read >= READS * rounds, `${read} reads while it was locked ${rounds} times`);
      } finally {
        other.close();
        await server.end('SIGKILL');
      }
    });
  });

  it('[H63] lets writes wait for a lock that is held for a moment', async function () {
    await inTemporaryFolder(async (folder) => {
      const store = join(folder, 'ledger.db');
      const server = await ServerUnderTest.start({ store });
      const other = new Database(store);
      try {
        await prepare(server.client);
        const journal = new Journal();
        const working = work(server.client, journal, { writers: 8, each: 10 });
        for (let held = 0; held < 5; held++) {
          await begin(other);
          await sleep(50);
          other.exec('ROLLBACK');
          await sleep(20);
        }
        await working;
        assert.equal(journal.statuses.get(503), undefined);
        assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
        report({
          'times locked for 50 ms': 5,
          'acknowledged writes': journal.count('acknowledged'),
          lost: 0,
          refused: 0,
        });
      } finally {
        other.close();
        await server.end('SIGKILL');
      }
    });
  });
});

/** Reads over and over until something else is done. @returns how often */
async function readUntil({ client }: ServerUnderTest, done: Promise<unknown>): Promise<number> {
  const over = done.then(() => true);
  let reads = 0;
  while (!(await Promise.race([over, client.get('/accounts/account-0/').then(() => false)]))) reads += 1;
  return reads;
}

async function assertRetryAfter({ client }: ServerUnderTest): Promise<void> {
  const { status, headers } = await client.send('POST', '/names/', {
    body: entityDocument({ nonce: 'late', name: 'late' }),
  });
  assert.equal(status, 503);
  assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/);
}

/** Takes the lock as soon as the server leaves it. */
async function begin(database: Database.Database): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      database.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (tries === 500) throw error;
      await sleep(1);
    }
  }
}
