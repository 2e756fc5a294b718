import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rename, rm, symlink, unlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, health, shoji } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import { assertProblem } from './problems.js';

class Note extends Entity.of({ body: Type.Object({ text: Type.String() }) }) {}

class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {}

/** Where the database of a test is, and a second name for its folder's parent. */
interface Place {
  readonly folder: string;
  readonly path: string;
}

/** What may become of a file while it is open. @returns puts it back, where that can be done */
type Fault = (place: Place) => Promise<(() => Promise<unknown>) | undefined>;

const FAULTS: Readonly<Record<string, Fault>> = {
  'was removed': async ({ path }) => {
    await rename(path, `${path}.gone`);
    return () => rename(`${path}.gone`, path);
  },
  'was replaced by a copy of itself': async ({ path }) => {
    await cp(path, `${path}.copy`);
    await rename(path, `${path}.old`);
    await rename(`${path}.copy`, path);
    return () => rename(`${path}.old`, path);
  },
  'has lost its journal': async ({ path }) => {
    await rename(`${path}-wal`, `${path}-wal.gone`);
    return () => rename(`${path}-wal.gone`, `${path}-wal`);
  },
  'has lost what its processes share': async ({ path }) => {
    await unlink(`${path}-shm`);
    return undefined;
  },
  'is in a folder that was renamed': async ({ folder }) => {
    await rename(folder, `${folder}.moved`);
    return () => rename(`${folder}.moved`, folder);
  },
  'is in a folder that was replaced by a copy': async ({ folder }) => {
    await cp(folder, `${folder}.copy`, { recursive: true });
    await rename(folder, `${folder}.old`);
    await rename(`${folder}.copy`, folder);
    return undefined;
  },
};

function serverOf(app: Koa): Server {
  app.silent = true;
  const handle = app.callback();
  return createServer((req, res) => void handle(req, res));
}

const HOSTS: Readonly<Record<string, (api: Api) => Server>> = {
  'through Koa': (api) => serverOf(new Koa().use(api.routes())),
  'through listener()': (api) => createServer(api.listener({ onError: () => {} })),
};

describe('[H72] a SQLite file that is changed for another one under the server', () => {
  let parent: string;
  let place: Place;
  const ending: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'koa-shoji-'));
    const folder = join(parent, 'data');
    await mkdir(folder);
    place = { folder, path: join(folder, 'notes.db') };
  });

  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end();
    await rm(parent, { recursive: true, force: true });
  });

  const serve = async (server: Server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ending.push(async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    });
    return request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  };

  const open = (path: string) => {
    const api = shoji([Notes], { store: path });
    ending.push(() => api.stop());
    return api;
  };

  const note = (text: string) => ({ element: 'shoji:entity', body: { text } });

  for (const [host, hosted] of Object.entries(HOSTS)) {
    for (const [what, happen] of Object.entries(FAULTS)) {
      it(`takes no writes where it ${what}, ${host}`, async () => {
        const api = open(place.path);
        const http = await serve(hosted(api));
        const probe = await serve(serverOf(new Koa().use(health(api))));
        assert.equal((await http.post('/notes/').send(note('before'))).status, 201);
        assert.equal((await probe.get('/health/ready')).status, 200);

        const putBack = await happen(place);
        const refused = [
          await http.post('/notes/').send(note('after')),
          await http.post('/notes/').set('Idempotency-Key', '"a"').send(note('after')),
          await http.put('/notes/1/').send(note('after')),
          await http.put('/notes/1/').set('If-Match', '*').send(note('after')),
          await http.patch('/notes/1/').send(note('after')),
          await http.delete('/notes/1/'),
          await probe.get('/health/ready'),
        ];
        for (const answer of refused) {
          assertProblem(answer, 503, 'unavailable');
          assert.match(answer.headers['retry-after'] as string, /^\d+$/);
        }
        const read = await http.get('/notes/1/');
        assert.deepEqual(
          [read.status, read.body.body],
          [200, { text: 'before' }],
          'what is open can be read',
        );

        if (putBack === undefined) return;
        await putBack();
        assert.equal((await probe.get('/health/ready')).status, 200);
        assert.equal((await http.put('/notes/1/').send(note('back'))).status, 200);
        await api.stop();
        const restarted = await serve(hosted(open(place.path)));
        assert.deepEqual((await restarted.get('/notes/1/')).body.body, { text: 'back' });
        assert.equal((await restarted.get('/notes/')).body.entities.length, 1);
      });
    }

    it(`takes no writes where a link leads to another file now, ${host}`, async () => {
      const link = join(parent, 'link.db');
      await symlink(place.path, link);
      const http = await serve(hosted(open(link)));
      assert.equal((await http.post('/notes/').send(note('before'))).status, 201);
      await cp(place.path, join(parent, 'other.db'));
      await unlink(link);
      await symlink(join(parent, 'other.db'), link);
      assertProblem(await http.post('/notes/').send(note('after')), 503, 'unavailable');
    });
  }

  it('leaves the journal alone of a database that was put in its place', async () => {
    const api = open(place.path);
    const http = await serve(createServer(api.listener({ onError: () => {} })));
    assert.equal((await http.post('/notes/').send(note('before'))).status, 201);
    for (const name of ['', '-wal', '-shm']) await rename(place.path + name, `${place.path}.old${name}`);
    const other = await serve(createServer(open(place.path).listener()));
    assert.equal((await other.post('/notes/').send(note('another'))).status, 201);
    assertProblem(await http.post('/notes/').send(note('after')), 503, 'unavailable');
    await api.stop();
    assert.equal((await other.post('/notes/').send(note('one more'))).status, 201);
    // As after the end of the process: opened anew, with nothing but what is in the files.
    await cp(place.folder, join(parent, 'copy'), { recursive: true });
    const copied = await serve(createServer(open(join(parent, 'copy', 'notes.db')).listener()));
    assert.equal((await copied.get('/notes/')).body.entities.length, 2);
  });
});
