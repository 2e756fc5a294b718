// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { amount, report } from './amount.js';
import { Client, ConnectionLost } from './client.js';
import { Journal } from './journal.js';
import { Random } from './random.js';
import { ServerUnderTest } from './server-under-test.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { inTemporaryFolder } from './temporary.js';
import { assertAnswers, assertSound, verify } from './verify.js';
import { prepare, work } from './workload.js';

describe('SIGTERM under load', () => {
  it('[H66] exits 0, cuts no answer short, and loses no acknowledged write', async function () {
    const rounds = amount(2, 50);
    this.timeout(120_000 + rounds * 15_000);
    await inTemporaryFolder(async (folder) => {
      const random = new Random();
      const store = join(folder, 'ledger.db');
      const journal = new Journal();
      let server = await ServerUnderTest.start({ store });
      let answers = 0;
      try {
        await prepare(server.client);
        for (let round = 0; round < rounds; round++) {
          const working = work(server.client, journal, { writers: 8, random });
          const readers = Array.from({ length: 4 }, () => readOn(server.address));
          await sleep(100 + random.below(200));
          assert.equal(await server.end('SIGTERM'), 0, server.output);
          await working;
          assertAnswers(journal, [], server.output);
          for (const read of await Promise.all(readers)) {
            assert.deepEqual(read.bad, []);
            answers += read.whole;
          }
          server = await ServerUnderTest.start({ store });
          assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
        }
      } finally {
        await server.end('SIGKILL');
      }
      report({
        'times stopped': rounds,
        'whole lists': answers,
        truncated: 0,
        'acknowledged writes': journal.count('acknowledged'),
        lost: 0,
        'without an answer': journal.count('unknown'),
        '(seed)': random.seed,
      });
    });
  });

  it('[H66] finishes the writes that it has begun', async function () {
    await inTemporaryFolder(async (folder) => {
      const store = join(folder, 'ledger.db');
      let server = await ServerUnderTest.start({ store });
      const other = new Database(store);
      try {
        await prepare(server.client);
        const journal = new Journal();
        // While another process holds the lock, none of them can be finished.
        other.exec('BEGIN IMMEDIATE');
        const working = work(server.client, journal, { writers: 12, each: 1, only: 'transfer' });
        while ((await server.vitals()).pending < 12) await sleep(5);
        const ended = server.end('SIGTERM');
        await sleep(100);
        other.exec('ROLLBACK');
        await working;
        assert.equal(await ended, 0, server.output);
        assert.deepEqual([...journal.statuses], [[201, 12]]);
        server = await ServerUnderTest.start({ store });
        assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
        report({ 'writes in flight': 12, acknowledged: journal.count('acknowledged'), lost: 0 });
      } finally {
        other.close();
        await server.end('SIGKILL');
      }
    });
  });
});

/** Reads a list, which grows, over and over until the server is gone. */
async function readOn(address: string): Promise<{ whole: number; bad: readonly string[] }> {
  const client = new Client(address);
  const bad: string[] = [];
  for (let whole = 0; ;) {
    try {
      const { status, text } = await client.send('GET', '/notes/');
      if (status === 200 && text.endsWith('}')) whole += 1;
      else bad.push(`${status}: ${text.slice(-100)}`);
    } catch (error) {
      if (error instanceof ConnectionLost && error.begun) bad.push(error.message);
      client.close();
      return { whole, bad };
    }
  }
}
