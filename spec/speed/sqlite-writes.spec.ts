import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { sqliteEngine } from '../../lib/store/sql/sqlite/sqlite-engine.js';
import { serving } from '../server/serve.js';
import { SqliteCalls, gistOf } from './sqlite-calls.js';

const CLIENTS = 32;
const ROUNDS = 8;

/** How many writes share a commit at least, on average: about half of the clients wait at any time. */
const SHARING = 4;

class Counter extends Entity.of({ body: Type.Object({ name: Type.String(), count: Type.Integer() }) }) {}

class Counters extends Catalog.of(Counter, { iri: 'counters/', ids: 'integer' }) {}

class Named extends Catalog.of(Counter, { iri: 'named/' }) {}

describe('speed: what a request asks of SQLite', () => {
  const serve = serving();
  let folder = '';
  let origin = '';
  let calls: SqliteCalls;

  beforeEach(async () => {
    calls = new SqliteCalls();
    folder = await mkdtemp(join(tmpdir(), 'shoji-'));
    const store = new SqlStore(sqliteEngine(join(folder, 'speed.db')));
    ({ origin } = await serve(shoji([Counters, Named], { store })));
  });
  afterEach(async () => {
    calls.end();
    await rm(folder, { recursive: true, force: true });
  });

  const send = async (method: string, path: string, body?: object): Promise<string> => {
    const answer = await fetch(origin + path, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ element: 'shoji:entity', body }),
      }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    return text;
  };
  const post = (path: string) => send('POST', path, { name: 'a', count: 0 });
  const clients = <T>(act: (client: number) => Promise<T>) =>
    Promise.all(Array.from({ length: CLIENTS }, (_, client) => act(client)));

  /** What is asked for one request, once all that is prepared is prepared. */
  const gistsOf = async (request: () => Promise<string>): Promise<readonly string[]> => {
    await request();
    calls.take();
    await request();
    return calls.take().map(gistOf);
  };

  const noSavepoint = (asked: readonly string[]) =>
    assert.equal(
      asked.some((sql) => sql.includes('SAVEPOINT')),
      false,
      'a write that is one statement needs no savepoint: SQLite undoes a statement that fails by itself',
    );

  it('one statement for GET', async () => {
    await post('/counters/');
    assert.deepEqual(await gistsOf(() => send('GET', '/counters/1/')), ['select counters']);
  });

  it('four statements and a commit for PATCH by itself', async () => {
    await post('/counters/');
    assert.deepEqual(await gistsOf(() => send('PATCH', '/counters/1/', { count: 1 })), [
      'select counters',
      'BEGIN IMMEDIATE',
      'update counters',
      'insert shoji_places',
      'COMMIT',
    ]);
  });

  it('no look at what is there for POST, but at the last integer that was given', async () => {
    assert.deepEqual(await gistsOf(() => post('/named/')), [
      'BEGIN IMMEDIATE',
      'insert named',
      'insert shoji_places',
      'COMMIT',
    ]);
    assert.deepEqual(await gistsOf(() => post('/counters/')), [
      'BEGIN IMMEDIATE',
      'select shoji_places',
      'insert counters',
      'insert shoji_places',
      'COMMIT',
    ]);
  });

  it(`two statements for PATCH under ${CLIENTS} clients, and one commit for many of them`, async () => {
    await clients(() => post('/counters/'));
    calls.take();
    await clients(async (client) => {
      for (let count = 1; count <= ROUNDS; count += 1) {
        await send('PATCH', `/counters/${client + 1}/`, { count });
      }
    });
    const asked = calls.take();
    sharesCommits(asked);
    const [reads, writes] = [/^select.* from "counters"/, /^update "counters"/].map(
      (pattern) => asked.filter((sql) => pattern.test(sql)).length,
    );
    assert.deepEqual([reads, writes], [CLIENTS * ROUNDS, CLIENTS * ROUNDS], 'one read and one write each');
    noSavepoint(asked);
    for (let client = 0; client < CLIENTS; client += 1) {
      const { body } = JSON.parse(await send('GET', `/counters/${client + 1}/`)) as {
        body: { count: number };
      };
      assert.equal(body.count, ROUNDS);
    }
  });

  it(`one statement for POST under ${CLIENTS} clients, and one commit for many of them`, async () => {
    await post('/counters/');
    calls.take();
    await clients(async () => {
      for (let round = 0; round < ROUNDS; round += 1) await post('/counters/');
    });
    const asked = calls.take();
    sharesCommits(asked);
    noSavepoint(asked);
    const { entities } = JSON.parse(await send('GET', '/counters/')) as { entities: string[] };
    assert.deepEqual(
      entities,
      Array.from({ length: CLIENTS * ROUNDS + 1 }, (_, index) => `${index + 1}/`),
      'each integer is given once, and none is left out',
    );
  });

  /** Holds that all writes of the clients went by few commits, with little beside them. */
  const sharesCommits = (asked: readonly string[]) => {
    const commits = asked.filter((sql) => sql === 'COMMIT').length;
    const writes = CLIENTS * ROUNDS;
    assert.ok(
      commits * SHARING <= writes,
      `${writes} writes of ${CLIENTS} clients took ${commits} commits, each of them an fsync; ` +
        `at least ${SHARING} are to share one, so that there are at most ${writes / SHARING}`,
    );
    const places = asked.filter((sql) => sql.includes('shoji_places')).length;
    assert.ok(
      places <= 2 * commits,
      `what is known of a place was looked at and written ${places} times in ${commits} commits; ` +
        'once before the first change and once before the commit is enough',
    );
  };
});
