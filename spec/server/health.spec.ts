import assert from 'node:assert/strict';
import Koa from 'koa';
import { MemoryStore, View, drain, health, shoji } from '../../lib/index.js';
import type { HealthOptions, Store } from '../../lib/index.js';
import { listening } from './listening.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';

class Home extends View.of({ iri: 'home' }) {
  override value() {
    return 'here';
  }
}

/** Typed as any store, whose methods may answer by promises. */
const Memory = MemoryStore as unknown as new () => Store;

/** A memory store whose answer to whether it works can be given, and is counted. */
class Watched extends Memory {
  checks = 0;
  openings = 0;
  answer: () => void | Promise<void> = () => undefined;
  opening: () => void = () => undefined;

  override open(plans: Parameters<Store['open']>[0]) {
    this.openings++;
    this.opening();
    return super.open(plans);
  }

  override check() {
    this.checks++;
    return this.answer();
  }
}

describe('health()', () => {
  const listen = listening();

  async function watched(options?: HealthOptions) {
    const store = new Watched();
    const api = shoji([Home], { store });
    const errors: Error[] = [];
    const app = new Koa().use(health(api, options)).use(api.routes());
    app.on('error', (error: Error) => errors.push(error));
    const ask = (line: string) => raw(port, requestText(line));
    const { port, server } = await listen(app);
    return { store, api, errors, ask, port, server };
  }

  it('[H69] says that the process lives, and is ready', async () => {
    const { api, ask } = await watched();
    for (const path of ['/health/live', '/health/ready', '/health/ready?verbose=1']) {
      const get = await ask(`GET ${path}`);
      assert.equal(get.status, 200);
      assert.deepEqual(JSON.parse(get.text), { status: 'up' });
      assert.equal(get.headers['cache-control'], 'no-store');
      const head = await ask(`HEAD ${path}`);
      assert.equal(head.text, '');
      const { date: _, ...fields } = head.headers;
      const { date: __, ...expected } = get.headers;
      assert.deepEqual(fields, expected);
    }
    await api.stop();
  });

  it('[H69] is not ready while the store is down, and ready again after it', async () => {
    const { store, api, errors, ask } = await watched();
    store.answer = () => Promise.reject(new Error('the database at 10.0.0.7 is gone'));
    for (let time = 0; time < 2; time++) {
      const answer = await ask('GET /health/ready');
      assertProblem(answer, 503, 'unavailable');
      assert.match(answer.headers['retry-after'] ?? '', /^\d+$/);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.doesNotMatch(answer.text, /10\.0\.0\.7/);
    }
    assert.deepEqual(
      errors.map(({ message }) => message),
      Array(2).fill('the database at 10.0.0.7 is gone'),
    );
    assert.equal((await ask('GET /health/live')).status, 200);
    store.answer = () => undefined;
    assert.equal((await ask('GET /health/ready')).status, 200);
    await api.stop();
  });

  it('[H69] is not ready while the store does not answer in time', async () => {
    const { store, api, errors, ask } = await watched({ timeout: 50 });
    let answer = () => {};
    store.answer = () => new Promise((resolve) => (answer = resolve));
    assertProblem(await ask('GET /health/ready'), 503, 'unavailable');
    assertProblem(await ask('GET /health/ready'), 503, 'unavailable');
    assert.match(errors[0]?.message ?? '', /did not answer within 50 ms/);
    assert.equal(store.checks, 1, 'a store that hangs is not asked again and again');
    answer();
    store.answer = () => undefined;
    assert.equal((await ask('GET /health/ready')).status, 200);
    await api.stop();
  });

  it('[H69] asks the store once for all who ask at once', async () => {
    const { store, api, ask } = await watched();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      store.answer = () => {
        resolve();
        return new Promise((done) => (answer = done));
      };
    });
    const answers = Array.from({ length: 10 }, () => ask('GET /health/ready'));
    await asked;
    // A request that is answered after those before it have been read.
    assert.equal((await ask('GET /health/live')).status, 200);
    answer();
    store.answer = () => undefined;
    for (const { status } of await Promise.all(answers)) assert.equal(status, 200);
    assert.ok(store.checks < 10, `${store.checks} checks`);
    await api.stop();
  });

  it('[H69] opens a store that nobody opened, and tries again where it could not be', async () => {
    const { store, api, ask } = await watched();
    store.opening = () => {
      throw new Error('not yet');
    };
    assertProblem(await ask('GET /health/ready'), 503, 'unavailable');
    store.opening = () => undefined;
    assert.equal((await ask('GET /health/ready')).status, 200);
    assert.equal(store.openings, 2);
    await api.stop();
  });

  it('[H69] is not ready once the API is stopped, and lives on', async () => {
    const { api, ask } = await watched();
    await api.start();
    await api.stop();
    assertProblem(await ask('GET /health/ready'), 503, 'unavailable');
    assert.equal((await ask('GET /health/live')).status, 200);
  });

  it('[H66] is not ready from the moment at which the server is being stopped', async () => {
    const { api, ask, server, errors } = await watched();
    assert.equal((await ask('GET /health/ready')).status, 200);
    const drained = drain(server, 1000, { grace: 400 });
    assertProblem(await ask('GET /health/ready'), 503, 'unavailable');
    assert.equal((await ask('GET /home')).status, 200, 'requests are taken during the grace period');
    await drained;
    assert.deepEqual(errors, [], 'that it stops is no error');
    await api.stop();
  });

  it('has no other methods, and leaves other paths alone', async () => {
    const { api, ask } = await watched();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await ask(`${method} /health/ready`);
      assertProblem(answer, 405, 'method-not-allowed');
      assert.equal(answer.headers['allow'], 'GET, HEAD');
    }
    assertProblem(await ask('GET /health'), 404, 'not-found');
    assertProblem(await ask('GET /health/ready/'), 404, 'not-found');
    await api.stop();
  });
});
