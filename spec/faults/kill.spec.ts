// @slow: ends processes, disks and databases in the middle
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../postgres.js';
import { needPostgres } from '../postgres.js';
import { amount, report } from './amount.js';
import { durablePostgres } from './durable-postgres.js';
import { Journal } from './journal.js';
import { Random } from './random.js';
import { ServerUnderTest } from './server-under-test.js';
import { overHttp, takeSnapshot } from './snapshot.js';
import { inTemporaryFolder } from './temporary.js';
import { assertAnswers, assertSound, verify } from './verify.js';
import { prepare, repeatUnknown, work } from './workload.js';

/** How often one database sees its server killed: what was written before stays part of what is verified. */
const KILLS_PER_DATABASE = 25;

/** Runs something with the name of a new store. */
type WithStore = (run: (store: string) => Promise<void>) => Promise<void>;

describe('kill -9 of the server under 8 writers', () => {
  const few = 3;
  const many = 500;

  it('[H60] loses no acknowledged write on SQLite, and leaves every other one whole or absent', async function () {
    this.timeout(120_000 + amount(few, many) * 5_000);
    await killServers(amount(few, many), (run) =>
      inTemporaryFolder((folder) => run(join(folder, 'ledger.db'))),
    );
  });

  describe('on PostgreSQL', () => {
    let postgres: PostgresServer;

    before(needPostgres);
    before(async function () {
      postgres = await durablePostgres();
    });

    it('[H60] loses no acknowledged write, and leaves every other one whole or absent', async function () {
      this.timeout(120_000 + amount(2, many) * 5_000);
      await killServers(amount(2, many), async (run) => run(await postgres.database()));
    });

    it('[H60] loses no acknowledged write where the database itself is killed', async function () {
      const kills = amount(2, 50);
      this.timeout(120_000 + kills * 15_000);
      const random = new Random();
      const journal = new Journal();
      const server = await ServerUnderTest.start({ store: await postgres.database() });
      try {
        await prepare(server.client);
        for (let killed = 0; killed < kills; killed++) {
          const stopping = new AbortController();
          const working = work(server.client, journal, {
            writers: 8,
            until: stopping.signal,
            persistent: true,
            random,
          });
          await someAcknowledged(journal);
          await sleep(random.below(150));
          await postgres.kill();
          await postgres.start();
          stopping.abort();
          await working;
          journal.doubt(503);
          assertAnswers(journal, [503], server.output);
          await repeatUnknown(server.client, journal);
          assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
        }
      } finally {
        await server.end('SIGKILL');
      }
      report({
        'kills of all processes of PostgreSQL': kills,
        'acknowledged writes': journal.count('acknowledged'),
        lost: 0,
        'in doubt, whole or absent': journal.count('unknown'),
        '(seed)': random.seed,
      });
    });
  });
});

interface Survived {
  readonly journal: Journal;
  /** How many writes were sent again. */
  readonly repeated: number;
}

async function killServers(kills: number, withStore: WithStore): Promise<void> {
  const random = new Random();
  const survived: Survived[] = [];
  for (let left = kills; left > 0; left -= KILLS_PER_DATABASE) {
    await withStore(async (store) => {
      survived.push(await killRepeatedly(store, Math.min(left, KILLS_PER_DATABASE), random));
    });
  }
  const sum = (count: (one: Survived) => number) => survived.reduce((all, one) => all + count(one), 0);
  report({
    kills,
    'acknowledged writes': sum(({ journal }) => journal.count('acknowledged')),
    lost: 0,
    'without an answer, whole or absent': sum(({ journal }) => journal.count('unknown')),
    'sent again by their key, kept once': sum(({ repeated }) => repeated),
    '(seed)': random.seed,
  });
}

async function killRepeatedly(store: string, kills: number, random: Random): Promise<Survived> {
  // On PostgreSQL others may come in between, however often that is tried anew.
  const unavailable = store.startsWith('postgres:') ? [503] : [];
  const journal = new Journal();
  let repeated = 0;
  let server = await ServerUnderTest.start({ store });
  try {
    await prepare(server.client);
    for (let killed = 0; killed < kills; killed++) {
      const working = work(server.client, journal, { writers: 8, random });
      await someAcknowledged(journal);
      await sleep(random.below(150));
      await server.end('SIGKILL');
      await working;
      assertAnswers(journal, unavailable, server.output);
      server = await ServerUnderTest.start({ store });
      assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
      repeated += await repeatUnknown(server.client, journal);
      assertSound(verify(journal, await takeSnapshot(overHttp(server.client), journal)));
    }
    return { journal, repeated };
  } finally {
    await server.end('SIGKILL');
  }
}

/** Waits until writers are at work, however busy the machine is. */
async function someAcknowledged(journal: Journal): Promise<void> {
  const before = journal.count('acknowledged');
  while (journal.count('acknowledged') < before + 10) await sleep(5);
}
