// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as PostgresClient } from 'pg';
import type { PostgresServer } from '../postgres.js';
import { needPostgres } from '../postgres.js';
import { amount, report } from './amount.js';
import { durablePostgres } from './durable-postgres.js';
import type { Answer } from './client.js';
import { ACCOUNTS } from './entities.js';
import { Journal } from './journal.js';
import { ServerUnderTest } from './server-under-test.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { assertAnswers, assertSound, verify } from './verify.js';
import { prepare, work } from './workload.js';

/** One that no test makes. */
const NO_NOTE = '/notes/1000000000/';

describe('contention on PostgreSQL', () => {
  let postgres: PostgresServer;
  let store: string;
  let server: ServerUnderTest;

  before(needPostgres);
  before(async function () {
    postgres = await durablePostgres();
    store = await postgres.database();
    server = await ServerUnderTest.start({ store });
    await prepare(server.client);
  });
  after(async () => {
    await server?.end('SIGKILL');
  });

  it('[H65] answers 503 with Retry-After where the pool is exhausted, and goes on once it is not', async function () {
    const rounds = amount(1, 10);
    this.timeout(120_000 + rounds * 15_000);
    let unavailable = 0;
    for (let round = 0; round < rounds; round++) {
      const locker = new PostgresClient({ connectionString: store });
      await locker.connect();
      await locker.query('BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE');
      const stuck = Array.from({ length: 40 }, () => server.client.send('GET', NO_NOTE));
      const first = await Promise.race(stuck);
      assertUnavailable(first);
      // All those who wait for a connection have waited for as long as this one.
      await sleep(300);
      await locker.end();
      const answers = await Promise.all(stuck);
      for (const answer of answers.filter(({ status }) => status !== 404)) assertUnavailable(answer);
      unavailable += answers.filter(({ status }) => status === 503).length;
      assert.equal((await server.client.send('GET', NO_NOTE)).status, 404);
    }
    assert.ok(server.isRunning, server.output);
    report({
      'times the pool was exhausted': rounds,
      'requests answered by 503': unavailable,
      'exits of the server': 0,
    });
  });

  it('[H65] retries what others came in between, and answers 503 where they keep coming; no money is lost', async function () {
    const each = amount(4, 100);
    this.timeout(120_000 + each * 2_000);
    const journal = new Journal();
    // Few accounts and many who change them: hardly any transaction is alone with what it reads.
    const accounts = ACCOUNTS.slice(0, 2);
    await work(server.client, journal, { writers: 8, each, only: 'transfer', accounts });
    assertAnswers(journal, [503], server.output);
    await work(server.client, journal, { writers: 2, each: 5 });
    assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
    assert.ok(journal.count('acknowledged') > each);
    report({
      'transfers between two accounts': journal.writes.length,
      acknowledged: journal.count('acknowledged'),
      lost: 0,
      'answered by 503': journal.statuses.get(503) ?? 0,
    });
  });
});

function assertUnavailable({ status, headers, text }: Answer): void {
  assert.equal(status, 503, text);
  assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/);
}
