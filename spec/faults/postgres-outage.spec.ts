// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../postgres.js';
import { needPostgres } from '../postgres.js';
import { amount, report } from './amount.js';
import { durablePostgres } from './durable-postgres.js';
import { Journal } from './journal.js';
import { Random } from './random.js';
import { ServerUnderTest } from './server-under-test.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { assertAnswers, assertSound, verify } from './verify.js';
import { prepare, work } from './workload.js';

/** How soon after its return the database is used again, in milliseconds. */
const MOST_HEALING = 2000;

describe('PostgreSQL goes away', () => {
  let postgres: PostgresServer;
  let server: ServerUnderTest;

  before(needPostgres);
  before(async function () {
    postgres = await durablePostgres();
    server = await ServerUnderTest.start({ store: await postgres.database() });
    await prepare(server.client);
  });
  after(async () => {
    await server?.end('SIGKILL');
  });

  const journal = new Journal();

  /** Does something while 8 writers write, and verifies what is there afterwards. */
  async function underLoad(random: Random, disturb: () => Promise<void>): Promise<void> {
    const stopping = new AbortController();
    const working = work(server.client, journal, {
      writers: 8,
      until: stopping.signal,
      persistent: true,
      random,
    });
    await sleep(100);
    await disturb().finally(() => stopping.abort());
    await working;
    journal.doubt(503);
    assertAnswers(journal, [503], server.output);
    assert.ok(server.isRunning, server.output);
    assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
  }

  it('[H64] [H69] answers 503 while it is stopped, and is healthy within 2 s of its return', async function () {
    const stops = amount(2, 20);
    this.timeout(120_000 + stops * 20_000);
    const random = new Random();
    let longest = 0;
    for (let stopped = 0; stopped < stops; stopped++) {
      await underLoad(random, async () => {
        await postgres.stop(stopped % 2 === 0 ? 'fast' : 'immediate');
        await sleep(200);
        await assertUnavailable(server, 'GET', '/accounts/account-0/');
        await assertUnavailable(server, 'GET', '/health/ready');
        await assertUnavailable(server, 'DELETE', '/notes/999999/');
        assert.equal((await server.client.send('GET', '/health/live')).status, 200);
        await postgres.start();
        longest = Math.max(longest, await healing(server));
        await sleep(100);
      });
    }
    assert.ok(longest < MOST_HEALING, `healthy ${longest} ms after its return`);
    report({
      'times stopped': stops,
      'ms from its return until writes were taken, at most': Math.round(longest),
      ...figures(random),
    });
  });

  it('[H64] [H69] is not ready while it stands still, and is healthy within 2 s of its going on', async function () {
    const random = new Random();
    let healed = Infinity;
    await underLoad(random, async () => {
      const goOn = postgres.freeze();
      try {
        await assertUnavailable(server, 'GET', '/health/ready');
        assert.equal((await server.client.send('GET', '/health/live')).status, 200);
      } finally {
        goOn();
      }
      healed = await healing(server);
    });
    assert.ok(healed < MOST_HEALING, `healthy ${healed} ms after it went on`);
    report({ 'ms from its going on until writes were taken': Math.round(healed), ...figures(random) });
  });

  it('[H64] goes on where the connections are killed', async function () {
    const times = amount(5, 100);
    this.timeout(120_000 + times * 2_000);
    const random = new Random();
    let killed = 0;
    await underLoad(random, async () => {
      for (let left = times; left > 0; left--) {
        const rows = await postgres.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
        );
        killed += rows.length;
        await sleep(50 + random.below(100));
      }
      assert.ok((await healing(server)) < MOST_HEALING);
    });
    assert.ok(killed >= times, `only ${killed} connections were there to be killed`);
    report({ 'connections killed': killed, ...figures(random) });
  });

  function figures(random: Random): Record<string, number> {
    return {
      'acknowledged writes': journal.count('acknowledged'),
      lost: 0,
      'answered by 503': journal.statuses.get(503) ?? 0,
      'exits of the server': 0,
      '(seed)': random.seed,
    };
  }
});

async function assertUnavailable({ client }: ServerUnderTest, method: string, path: string): Promise<void> {
  const { status, headers, text } = await client.send(method, path);
  assert.equal(status, 503, text);
  assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/);
  assert.match(headers['content-type'] ?? '', /^application\/problem\+json/);
}

/** Waits until the server is ready and takes a write. @returns how long that took, in milliseconds */
async function healing({ client }: ServerUnderTest): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const ready = await client.send('GET', '/health/ready');
    const written = await client.send('PUT', '/accounts/probe/', {
      body: { element: 'shoji:entity', body: { balance: 0 } },
      headers: { 'If-None-Match': '*' },
    });
    // The probe is made once; afterwards the precondition is what refuses it.
    if (ready.status === 200 && [201, 412].includes(written.status)) return performance.now() - begin;
    await sleep(10);
  }
}
