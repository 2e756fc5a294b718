// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { amount, report } from './amount.js';
import { Journal } from './journal.js';
import { needMounting } from './needs.js';
import { Random } from './random.js';
import { ServerUnderTest } from './server-under-test.js';
import { onSmallDisk } from './small-disk.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { assertAnswers, assertSound, verify } from './verify.js';
import { prepare, work } from './workload.js';

const DISK = 3 * 1_048_576;
/** What takes room until it is removed. */
const BALLAST = 1_500_000;

describe('a full disk', () => {
  before(async function () {
    await needMounting(this);
  });

  it('[H62] refuses writes with 507 while there is no room, goes on reading, and writes again once there is', async function () {
    const rounds = amount(1, 10);
    this.timeout(120_000 + rounds * 20_000);
    const random = new Random();
    const totals = { acknowledged: 0, refused: 0 };
    for (let round = 0; round < rounds; round++) {
      await onSmallDisk(DISK, async (folder) => {
        const { full, again } = await fillUp(folder, random);
        totals.acknowledged += full.count('acknowledged') + again.count('acknowledged');
        totals.refused += full.statuses.get(507) ?? 0;
      });
    }
    report({
      'full disks': rounds,
      'writes refused with 507': totals.refused,
      'acknowledged writes': totals.acknowledged,
      lost: 0,
      '(seed)': random.seed,
    });
  });
});

/** @returns what was written until the disk was full, and all of that with what was written after room was made */
async function fillUp(folder: string, random: Random): Promise<{ full: Journal; again: Journal }> {
  const ballast = join(folder, 'ballast');
  const options = { store: join(folder, 'ledger.db') };
  let server = await ServerUnderTest.start(options);
  try {
    await prepare(server.client);
    await writeFile(ballast, Buffer.alloc(BALLAST));
    const full = new Journal();
    await workUntilFull(server, full, random);
    assertAnswers(full, [507], server.output);
    assertSound(verify(full, await takeSnapshot(overHttp(server.client), full)));

    await rm(ballast);
    const again = new Journal();
    await work(server.client, again, { writers: 4, each: 6, random });
    assertAnswers(again, [], server.output);
    again.writes.unshift(...full.writes);
    assertSound(verify(again, await takeSnapshot(overHttp(server.client), again)));

    assert.equal(await server.end('SIGTERM'), 0);
    server = await ServerUnderTest.start(options);
    assertSound(verify(again, await takeSnapshot(overHttp(server.client), again)));
    return { full, again };
  } finally {
    await server.end('SIGKILL');
  }
}

/** Writes until a good many writes have found no room. */
async function workUntilFull({ client }: ServerUnderTest, journal: Journal, random: Random): Promise<void> {
  while ((journal.statuses.get(507) ?? 0) < 40) {
    await work(client, journal, { writers: 8, each: 10, random });
    assert.ok(journal.writes.length < 20_000, 'the disk does not become full');
  }
}
