// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { amount, report } from './amount.js';
import { Journal } from './journal.js';
import { losePower } from './power-loss/replay.js';
import type { Replayed } from './power-loss/replay.js';
import { readRecording, recorder } from './power-loss/recording.js';
import { needTracing } from './needs.js';
import { Random } from './random.js';
import { ServerUnderTest } from './server-under-test.js';
import { inTemporaryFolder } from './temporary.js';
import { assertSound } from './verify.js';
import { prepare, work } from './workload.js';

const SETTINGS = new URL('./fixtures/libsql-settings.js', import.meta.url).href;
/** So few pages that the log is carried over into the database many times. */
const AUTOCHECKPOINT = '60';
/** How many of the writes come one after the other, before 8 writers begin. */
const IN_SEQUENCE = 30;

interface Recorded extends Replayed {
  /** What was written one after the other. */
  readonly sequence: Journal;
}

describe('loss of power', () => {
  const cuts = amount(40, 500);
  const cutsOfControl = amount(20, 500);

  before(function () {
    needTracing(this);
  });

  it('[H61] loses no acknowledged write on SQLite, and leaves every other one whole or absent', async function () {
    this.timeout(120_000 + cuts * 1_000);
    await inTemporaryFolder(async (scratch) => {
      const random = new Random();
      const recorded = await record(scratch, random, {});
      const syncs = leastSyncsBetweenAnswers(recorded);
      let most = 0;
      for await (const { acknowledged, verdict, integrity } of losePower(recorded, {
        cuts,
        random,
        scratch,
      })) {
        assertSound(verdict);
        assert.equal(integrity, 'ok');
        most = Math.max(most, acknowledged);
      }
      report({
        'power losses': cuts,
        'acknowledged writes before the last': most,
        lost: 0,
        'or more syncs between two answers': syncs,
        '(seed)': random.seed,
      });
      assert.ok(syncs >= 1, 'a write was acknowledged without a sync');
    });
  });

  it('[H61] is seen to lose acknowledged writes where SQLite runs with synchronous=NORMAL', async function () {
    this.timeout(120_000 + cutsOfControl * 1_000);
    await inTemporaryFolder(async (scratch) => {
      const random = new Random();
      const recorded = await record(scratch, random, { SYNCHRONOUS: 'NORMAL' });
      let losing = 0;
      for await (const { verdict } of losePower(recorded, {
        cuts: cutsOfControl,
        random,
        scratch,
      })) {
        if (verdict.lost.length > 0) losing += 1;
      }
      report({
        'power losses': cutsOfControl,
        'of them with acknowledged writes lost': losing,
        '(seed)': random.seed,
      });
      assert.ok(
        losing > cutsOfControl / 4,
        `only ${losing} of ${cutsOfControl}: what this test rests on does not hold`,
      );
      assert.equal(leastSyncsBetweenAnswers(recorded), 0);
    });
  });
});

/** Has a server write, and records what it does to its files. */
async function record(
  scratch: string,
  random: Random,
  env: Readonly<Record<string, string>>,
): Promise<Recorded> {
  const folder = join(scratch, 'data');
  await mkdir(folder);
  const file = join(folder, 'ledger.db');
  const log = join(scratch, 'calls');
  const server = await ServerUnderTest.start({
    store: file,
    preload: SETTINGS,
    env: { AUTOCHECKPOINT, ...env },
    prefix: recorder(log),
  });
  const journal = new Journal();
  const sequence = new Journal();
  try {
    await prepare(server.client);
    await work(server.client, sequence, { writers: 1, each: IN_SEQUENCE, random });
    journal.writes.push(...sequence.writes);
    await work(server.client, journal, { writers: 8, each: 30, random });
  } finally {
    await server.end('SIGKILL');
  }
  return { events: await readRecording(log, folder), journal, sequence, folder, file };
}

/** The smallest number of syncs between the answers to writes that came one after the other. */
function leastSyncsBetweenAnswers({ events, sequence }: Recorded): number {
  const nonces = new Set(sequence.writes.map(({ nonce }) => nonce));
  let least = Infinity;
  let syncs: number | undefined;
  for (const event of events) {
    if (event.kind === 'sync' && syncs !== undefined) syncs += 1;
    if (event.kind !== 'acknowledgement' || !nonces.has(event.nonce)) continue;
    least = Math.min(least, syncs ?? Infinity);
    syncs = 0;
  }
  return least;
}
