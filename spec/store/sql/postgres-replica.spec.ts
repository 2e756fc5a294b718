import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, health, shoji } from '../../../lib/index.js';
import { postgresStore } from '../../../lib/store/index.js';
import type { Engine } from '../../../lib/store/sql/engine.js';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { serving } from '../../server/serve.js';
import { needPostgres, sharedPostgres, startPostgres } from '../../postgres.js';
import type { PostgresServer } from '../../postgres.js';
import { statement } from './statement.js';

const CREATE = statement('CREATE TABLE place (name text)');
const INSERT = statement('INSERT INTO place VALUES ($1)');
const NAME = statement('SELECT name FROM place');

describe('store/sql/postgres engine, with a replica', () => {
  let replica: PostgresServer;
  let engine: Engine;
  let url: string;
  let copy: string;
  const engines: Engine[] = [];
  const serve = serving();

  const opened = async (address: string, options: { replica?: string } = {}): Promise<Engine> => {
    const made = postgresEngine(address, { pool: 4, ...options });
    engines.push(made);
    await made.open();
    return made;
  };
  const readFrom = async () => (await engine.replica!.all(NAME, []))[0]?.['name'];
  /** Reads until the answer comes from there. */
  const comesFrom = async (name: string) => {
    while ((await readFrom()) !== name) await sleep(50);
  };
  const fill = async (address: string, name: string) => {
    await (
      await opened(address)
    ).write(async (connection) => {
      await connection.run(CREATE, []);
      await connection.run(INSERT, [name]);
    });
  };

  before(needPostgres);

  before(async () => {
    replica = await startPostgres();
  });

  after(() => replica?.dispose());

  beforeEach(async () => {
    copy = await replica.database();
    url = await (await sharedPostgres()).database();
    await fill(url, 'primary');
    await fill(copy, 'replica');
    engine = await opened(url, { replica: copy });
  });

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((each) => each.close()));
  });

  it('[H64] reads from the primary while the replica is down, and from the replica once it is back', async () => {
    assert.equal(await readFrom(), 'replica');
    await replica.stop('fast');
    try {
      const answers = await Promise.all([readFrom(), readFrom(), readFrom(), readFrom(), readFrom()]);
      assert.deepEqual(answers, Array(5).fill('primary'));
      await engine.check();
    } finally {
      await replica.start();
    }
    await comesFrom('replica');
    assert.equal(await readFrom(), 'replica');
  });

  it('[H64] starts without the replica', async () => {
    await replica.stop('fast');
    try {
      engine = await opened(url, { replica: copy });
      await engine.check();
      assert.equal(await readFrom(), 'primary');
    } finally {
      await replica.start();
    }
    await comesFrom('replica');
  });

  it('[H64] answers GET, and that it is ready, without the replica', async () => {
    class Note extends Entity.of({ body: Type.Object({ text: Type.String() }) }) {}
    class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {}
    const store = postgresStore(url, { replica: 'postgres://nobody@127.0.0.1:1/nowhere' });
    const api = shoji([Notes], { store });
    const { origin } = await serve(api, (app) => app.use(health(api)).use(api.routes()));
    const http = request(origin);
    const document = JSON.stringify({ element: 'shoji:entity', body: { text: 'x' } });
    await http.post('/notes/').set('Content-Type', 'application/shoji').send(document).expect(201);
    for (const path of ['/notes/', '/notes/1/', '/health/ready']) await http.get(path).expect(200);
  });

  it('reads from the primary what the replica does not have yet', async () => {
    engine = await opened(url, { replica: await replica.database() });
    assert.equal(await readFrom(), 'primary');
  });

  it('holds no reader up that comes while a replica is asked whether it is back', async () => {
    // It takes connections, and says nothing.
    const asked: Socket[] = [];
    const silent = createServer((socket) => void asked.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    engine = postgresEngine(url, {
      replica: `postgres://x@127.0.0.1:${address.port}/x`,
      connectTimeout: 1000,
    });
    engines.push(engine);
    try {
      assert.equal(await readFrom(), 'primary');
      // Of readers that wait for what comes of a question, one is answered for each.
      for (let answered = 0, question = 0; answered < 5;) {
        assert.equal(await readFrom(), 'primary');
        const isOpen = asked.at(-1)?.destroyed === false;
        answered = isOpen && asked.length === question ? answered + 1 : 0;
        question = asked.length;
        if (!isOpen) await sleep(20);
      }
    } finally {
      silent.close();
    }
  });

  it('says what is wrong with a statement, and leaves the replica for nothing like that', async () => {
    const broken = statement('SELECT nowhere($1)');
    await assert.rejects(async () => engine.replica!.all(broken, ['x']), /nowhere/);
    assert.equal(await readFrom(), 'replica');
  });
});
