// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { amount, report } from './amount.js';
import { Journal } from './journal.js';
import { integrityOf } from './power-loss/replay.js';
import { needTracing } from './needs.js';
import { Random } from './random.js';
import { ServerUnderTest } from './server-under-test.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { Injection } from './strace.js';
import type { Injected } from './strace.js';
import { remove, temporaryFolder } from './temporary.js';
import { assertAnswers, assertSound, verify } from './verify.js';
import { prepare, work } from './workload.js';

const SYNC = ['fsync', 'fdatasync'];
const WRITE = ['pwrite64'];

type Fault = Omit<Injected, 'paths'>;

/** The first, second, … of the calls fails, and some of them from then on for good. */
function faults(calls: readonly string[], error: Fault['error'], count: number): Fault[] {
  const single = Array.from({ length: count }, (_, i) => ({ calls, error, when: String(i + 1) }));
  return [...single, { calls, error, when: '1+' }, { calls, error, when: `${Math.ceil(count / 2)}+` }];
}

describe('a disk that fails', () => {
  before(function () {
    needTracing(this);
  });

  let folder: string;
  let store: string;
  let server: ServerUnderTest;
  const journal = new Journal();

  before(async function () {
    folder = await temporaryFolder();
    store = join(folder, 'ledger.db');
    server = await ServerUnderTest.start({ store });
    await prepare(server.client);
  });
  after(async () => {
    await server?.end('SIGKILL');
    if (folder !== undefined) await remove(folder);
  });

  const verifyAll = async () =>
    assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));

  const tests: readonly [what: string, Fault[]][] = [
    ['a sync fails, for every Nth', faults(SYNC, 'EIO', amount(2, 15))],
    ['a write fails, for every Nth', faults(WRITE, 'EIO', amount(3, 40))],
    ['a write finds no room, for every Nth', faults(WRITE, 'ENOSPC', amount(3, 40))],
  ];
  for (const [what, injected] of tests) {
    it(`[H62] answers no write by 2xx that is not kept where ${what}`, async function () {
      this.timeout(120_000 + injected.length * 10_000);
      const random = new Random();
      let failed = 0;
      for (const fault of injected) {
        const paths = [store, `${store}-wal`];
        const injection = await Injection.begin(server.pid, { ...fault, paths }, join(folder, 'calls'));
        try {
          await work(server.client, journal, { writers: 3, each: 4, random });
          // What is read is what was kept, while nothing can be written.
          await verifyAll();
        } finally {
          failed += await injection.end();
        }
        await assertWritesAgain(server, journal, random);
        await verifyAll();
      }
      assertAnswers(journal, [503, 507], server.output);
      assert.equal(journal.count('unknown'), 0);
      assert.ok(failed >= injected.length, `only ${failed} calls failed`);

      await server.end('SIGKILL');
      assert.equal(integrityOf(store), 'ok');
      server = await ServerUnderTest.start({ store });
      await verifyAll();
      report({
        'failed calls': failed,
        'acknowledged writes': journal.count('acknowledged'),
        lost: 0,
        'refused writes': (journal.statuses.get(503) ?? 0) + (journal.statuses.get(507) ?? 0),
        '(seed)': random.seed,
      });
    });
  }
});

/** Asserts that writes are taken again soon after the disk is well. */
async function assertWritesAgain(
  { client, output }: ServerUnderTest,
  journal: Journal,
  random: Random,
): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const before = journal.count('acknowledged');
    await work(client, journal, { writers: 1, each: 2, random });
    if (journal.count('acknowledged') > before) return;
    await sleep(100);
  }
  assert.fail(`no write is taken after the disk is well again: ${output.slice(-2000)}`);
}
