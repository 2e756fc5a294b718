// @slow: ends processes, disks and databases in the middle
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { amount, report } from './amount.js';
import { ledger } from './fixtures/ledger.js';
import { needProc } from './needs.js';
import { ServerUnderTest } from './server-under-test.js';
import { remove, temporaryFolder } from './temporary.js';

const IMPATIENT = fileURLToPath(new URL('./fixtures/impatient-server.js', import.meta.url));

/** A list of so many counters with ids of 250 characters is larger than what sockets hold. */
const COUNTERS = 40_000;
/** By how much a server may grow for each client that does not read, and by itself, in MiB: the list has 10. */
const MOST_PER_CLIENT = 1.5;
const MOST_BY_ITSELF = 32;

describe('slow clients', () => {
  let folder: string;
  let store: string;
  let server: ServerUnderTest;

  before(function () {
    needProc(this);
  });
  before(async function () {
    folder = await temporaryFolder();
    store = join(folder, 'ledger.db');
    await fill(store);
    server = await ServerUnderTest.start({ store, command: [IMPATIENT] });
  });
  after(async () => {
    await server?.end('SIGKILL');
    if (folder !== undefined) await remove(folder);
  });

  it('[H67] are answered by 408 or cut off at the limits, while others are served', async function () {
    const clients = amount(40, 400);
    const sent = [
      'GET /acc',
      'POST /names/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ];
    const answers = Array.from({ length: clients }, (_, i) => dribble(server, sent[i % 2] as string));
    const served = await readWhile(server, Promise.all(answers));
    const refused = await Promise.all(answers);
    assert.deepEqual([...new Set(refused)], ['HTTP/1.1 408']);
    report({
      'slow clients': clients,
      'of them answered by 408': refused.length,
      'others served meanwhile': served,
    });
  });

  it('[H67] that do not read are cut off at the limit; memory is bounded, and nothing of the database is held', async function () {
    await assertList(server);
    const before = await server.memory();
    const descriptors = await server.descriptors();
    const sockets = await Promise.all(Array.from({ length: amount(20, 100) }, () => stall(server)));
    const stalled = await server.descriptors();
    const grown = Math.round(((await server.memory()) - before) / 1_048_576);
    assert.deepEqual(checkpoint(store), { busy: 0 });
    await until(async () => (await server.descriptors()) <= descriptors);
    for (const socket of sockets) socket.destroy();
    report({
      'clients that do not read': sockets.length,
      'MiB is what the server grew by': grown,
      'descriptors before, while and after': [descriptors, stalled, await server.descriptors()].join('/'),
    });
    assert.ok(grown < MOST_BY_ITSELF + sockets.length * MOST_PER_CLIENT);
    await assertList(server);
  });

  it('[H67] that go away in the middle of an answer leave nothing open', async function () {
    const descriptors = await server.descriptors();
    const gone = amount(60, 1000);
    for (let left = gone; left > 0; left -= 20) {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => stall(server)));
      for (const socket of sockets) socket.destroy();
    }
    await until(async () => (await server.descriptors()) <= descriptors);
    assert.deepEqual(checkpoint(store), { busy: 0 });
    await assertList(server);
    report({ 'clients gone in the middle of an answer': gone, 'descriptors left open': 0 });
  });

  it('[H66] get their answer whole from a server that was told to stop meanwhile', async function () {
    const stopping = await ServerUnderTest.start({ store });
    try {
      const sockets = await Promise.all(Array.from({ length: 5 }, () => stall(stopping)));
      const exit = stopping.end('SIGTERM');
      await sleep(300);
      assert.ok(stopping.isRunning, 'it does not wait for those that still read');
      const ends = await Promise.all(sockets.map(readToEnd));
      assert.deepEqual([...new Set(ends)], [']}\r\n0\r\n\r\n']);
      assert.equal(await exit, 0, stopping.output);
      report({ 'slow readers when it was told to stop': sockets.length, truncated: 0 });
    } finally {
      await stopping.end('SIGKILL');
    }
  });
});

/** Makes a list of 10 MB. */
async function fill(file: string): Promise<void> {
  const api = ledger(file);
  await api.start();
  const place = { collection: 'counters', parentIds: [] };
  for (let from = 0; from < COUNTERS; from += 2000) {
    await api.store.write(
      Array.from({ length: 2000 }, (_, i) => ({
        do: 'create' as const,
        key: place,
        id: String(from + i).padStart(250, '0'),
        body: { count: 0 },
      })),
    );
  }
  await api.stop();
}

function portOf({ address }: ServerUnderTest): number {
  return Number(new URL(address).port);
}

/** Sends the beginning of a request, and never the rest. @returns the first words of the answer */
function dribble(server: ServerUnderTest, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(portOf(server), '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    socket.on('close', () => resolve(received.slice(0, 12)));
    socket.on('error', reject);
  });
}

/** Asks for the list and reads no more than its beginning. */
function stall(server: ServerUnderTest): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(portOf(server), '127.0.0.1', () => {
      socket.write('GET /counters/ HTTP/1.1\r\nHost: a\r\n\r\n');
    });
    socket.on('error', reject);
    socket.once('data', () => {
      socket.pause();
      resolve(socket);
    });
  });
}

/** Reads what there is still to come. @returns the last characters */
function readToEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let last = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (last = (last + chunk).slice(-9)));
    socket.on('close', () => resolve(last));
    socket.resume();
  });
}

/** Reads over and over until something else is done. @returns how often */
async function readWhile({ client }: ServerUnderTest, done: Promise<unknown>): Promise<number> {
  const over = done.then(() => true);
  let reads = 0;
  while (!(await Promise.race([over, client.send('GET', '/names/').then(() => false)]))) reads += 1;
  return reads;
}

async function assertList({ client }: ServerUnderTest): Promise<void> {
  const { entities } = await client.get('/counters/');
  assert.equal((entities as readonly string[]).length, COUNTERS);
}

/** Carries the log over into the database, which a statement that is still being read would hinder. */
function checkpoint(file: string): { busy: number } {
  const database = new Database(file);
  try {
    const [row] = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all() as { busy: number }[];
    return { busy: row?.busy ?? -1 };
  } finally {
    database.close();
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    if (await condition()) return;
    await sleep(20);
  }
  assert.fail('it did not come to that within 5 s');
}
