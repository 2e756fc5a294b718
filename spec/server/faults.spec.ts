import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, ProblemError, View, shoji } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { entity } from './shop.js';

class Secret extends Error {
  override name = 'SqliteError';
}

/** What a class may do wrong, by the name that asks for it. */
const FAULTS: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Secret('SELECT * FROM users in /srv/app/store.js');
  },
  'throws text': () => {
    throw 'a text from /srv/app';
  },
  'throws nothing': () => {
    throw undefined;
  },
  rejects: () => Promise.reject(new Secret('node_modules/pg is not there')),
  'rejects with nothing': () => Promise.reject(),
  'refuses with a field that HTTP cannot carry': () => {
    throw new ProblemError('conflict', { headers: { 'X-Name': 'é\r\nSet-Cookie: a=b' } });
  },
  'gives a bigint': () => 1n,
  'gives NaN': () => [NaN],
  'gives Infinity': () => ({ a: -Infinity }),
  'gives undefined': () => undefined,
  'gives a hole': () => [1, undefined],
  'gives a function': () => () => 1,
  'gives a symbol': () => ({ a: Symbol('s') }),
  'gives a cycle': () => {
    const a: unknown[] = [];
    a.push({ a });
    return a;
  },
  'gives half of a surrogate pair': () => '\ud83d',
  'gives a name with half of one': () => ({ '\udc00': 1 }),
  'gives an id with half of one': () => [{ id: '\ud800', body: 1 }],
  'gives a Map': () => new Map([[1, 2]]),
  'gives a Set': () => ({ a: new Set([1]) }),
  'gives bytes': () => new Uint8Array(3),
  'gives a toJSON that throws': () => ({
    toJSON() {
      throw new Secret('inside');
    },
  }),
  'gives a getter that throws': () => ({
    get a() {
      throw new Secret('inside');
    },
  }),
  'promises a bigint': async () => ({ deep: [{ er: 1n }] }),
};
const never = () => new Promise<never>(() => undefined);

function faulty(act: () => unknown) {
  class Thing extends Entity.of({ body: Type.Object({ a: Type.Number() }), fragments: { a: 'a' } }) {}

  class Part extends Fragment.of({ iri: 'part' }) {
    override value() {
      return act();
    }
  }

  class Shown extends View.of({ iri: 'shown' }) {
    override value() {
      return act();
    }
  }

  class Taken extends View.of({ iri: 'taken', schema: Type.Unknown() }) {
    override value() {
      return 1;
    }
    override replace() {
      return act();
    }
  }

  class Things extends Catalog.of(Thing, { iri: 'things/' }) {
    static override fragments() {
      return { part: Part };
    }
    static override views() {
      return { shown: Shown, taken: Taken };
    }
    override list() {
      return act() as never;
    }
    override read() {
      return act() as never;
    }
    override create() {
      return act() as never;
    }
    override replace() {
      return act() as never;
    }
    override remove() {
      return act() as never;
    }
  }

  class Sound extends Catalog.of(Thing, { iri: 'sound/' }) {}

  return shoji([Things, Sound], { timeout: 50 });
}

describe('a resource class', () => {
  const serve = serving();
  const body = JSON.stringify(entity({ a: 1 }));
  const withBody = ['Content-Type: application/json', `Content-Length: ${body.length}`];

  for (const [what, act] of Object.entries(FAULTS)) {
    it(`[H68] that ${what} is answered 500, and others go on being answered`, async () => {
      const { port, origin, errors } = await serve(faulty(act));
      const lines: string[] = ['GET /things/', 'GET /things/shown', 'PUT /things/taken', 'POST /things/'];
      // Nothing is what read() gives where there is nothing: 404; of a fragment it is null. A replace() that gives it has value() asked.
      const nothing = what === 'gives undefined';
      if (!nothing)
        lines.push(
          'GET /things/1/',
          'GET /things/1/a',
          'DELETE /things/1/',
          'PUT /things/1/',
          'PATCH /things/1/',
          'GET /things/part',
        );
      let expected = 0;
      for (const line of lines) {
        const answer = await raw(
          port,
          line.startsWith('GET') ? requestText(line) : requestText(line, withBody, body),
        );
        if (nothing && line === 'PUT /things/taken') {
          assert.equal(answer.status, 200);
          continue;
        }
        const { detail } = assertProblem(answer, 500, 'internal-error');
        assert.equal(detail, undefined);
        expected++;
        assert.equal((await request(origin).get('/sound/')).status, 200);
      }
      assert.equal(errors.length, expected);
      for (const error of errors) assert.ok(error instanceof Error);
    });
  }

  it('[H68] that gives an entity with half of a surrogate pair is answered 500', async () => {
    const { origin, errors } = await serve(faulty(() => ({ id: '1', body: { a: '\ud800' } })));
    for (const answer of [
      await request(origin).get('/things/1/'),
      await request(origin).get('/things/1/a'),
      await request(origin)
        .post('/things/')
        .send(entity({ a: 1 })),
      await request(origin)
        .put('/things/1/')
        .send(entity({ a: 1 })),
    ]) {
      assertProblem(answer, 500, 'internal-error');
    }
    for (const error of errors) assert.match(error.message, /JSON cannot hold half of a surrogate pair/);
    assert.equal(errors.length, 4);
  });

  it('[H68] that gives nothing where nothing may be is answered 404, or null where a link leads', async () => {
    const { origin, errors } = await serve(faulty(() => undefined));
    for (const path of ['/things/1/', '/things/1/a']) {
      assertProblem(await request(origin).get(path), 404, 'not-found');
    }
    // A link leads to it.
    assert.equal((await request(origin).get('/things/part').expect(200)).text, 'null');
    assert.deepEqual(errors, []);
  });

  it('[H68] is told of in the log with the error itself', async () => {
    const secret = new Secret('the cause');
    const { origin, errors } = await serve(
      faulty(() => {
        throw secret;
      }),
    );
    await request(origin).get('/things/shown').expect(500);
    assert.deepEqual(errors, [secret]);
  });

  it('[H68] that never answers is given up at the time limit', async () => {
    const { port, origin, errors } = await serve(faulty(never));
    const lines = [
      'GET /things/',
      'GET /things/1/',
      'GET /things/shown',
      'GET /things/part',
      'POST /things/',
      'PUT /things/1/',
      'PUT /things/taken',
    ];
    const slow = lines.map((line) =>
      raw(port, line.startsWith('GET') ? requestText(line) : requestText(line, withBody, body)),
    );
    assert.equal((await request(origin).get('/sound/')).status, 200);
    for (const answer of await Promise.all(slow)) assertProblem(answer, 503, 'timeout');
    assert.equal(errors.length, lines.length);
    for (const { message } of errors) assert.match(message, /did not answer within 50 ms/);
  });

  it('[H68] whose list never ends is given up as well, and its signal says so', async () => {
    let signal: AbortSignal | undefined;
    class Endless extends View.of({ iri: 'endless' }) {
      override value(asked: { readonly signal: AbortSignal }) {
        ({ signal } = asked);
        return never();
      }
    }
    const { origin } = await serve(shoji([Endless], { timeout: 50 }));
    assertProblem(await request(origin).get('/endless'), 503, 'timeout');
    assert.equal(signal?.aborted, true);
  });

  it('[H68] that answers after it was given up changes nothing any more', async () => {
    const late: ((value: unknown) => void)[] = [];
    const { origin, errors } = await serve(faulty(() => new Promise((resolve) => late.push(resolve))));
    assertProblem(await request(origin).get('/things/shown'), 503, 'timeout');
    for (const resolve of late) resolve(1n);
    assert.equal((await request(origin).get('/sound/')).status, 200);
    assert.equal(errors.length, 1);
  });

  it('[H68] that rejects after it was given up ends nothing', async () => {
    const late: ((reason: unknown) => void)[] = [];
    const { origin, errors } = await serve(faulty(() => new Promise((_, reject) => late.push(reject))));
    assertProblem(await request(origin).get('/things/shown'), 503, 'timeout');
    for (const reject of late) reject(new Secret('too late'));
    assert.equal((await request(origin).get('/sound/')).status, 200);
    assert.equal(errors.length, 1);
  });

  it('[H68] may say by a Problem what clients are to know, and only that', async () => {
    const cause = new Secret('in /srv/app/store.js');
    const { origin, errors } = await serve(
      faulty(() => {
        throw new ProblemError('unavailable', {
          detail: 'The archive is closed.',
          cause,
          headers: { 'Retry-After': '5' },
        });
      }),
    );
    const answer = await request(origin).get('/things/shown');
    assert.equal(assertProblem(answer, 503, 'unavailable').detail, 'The archive is closed.');
    assert.equal(answer.headers['retry-after'], '5');
    assert.deepEqual(errors, [cause]);
  });

  it("[H68] may refuse by a Problem, which is nobody's fault but the client's", async () => {
    const { origin, errors } = await serve(
      faulty(() => {
        throw new ProblemError('forbidden');
      }),
    );
    assertProblem(await request(origin).get('/things/'), 403, 'forbidden');
    assert.deepEqual(errors, []);
  });

  it('[H68] that gives lists of what are no ids is answered 500', async () => {
    for (const given of [[1], [null], [''], [{}], 7, [{ id: 7 }]]) {
      const { origin, errors } = await serve(faulty(() => given));
      assertProblem(await request(origin).get('/things/'), 500, 'internal-error');
      assert.equal(errors.length, 1);
    }
  });

  it('[H68] whose constructor throws is answered 500', async () => {
    class Broken extends View.of({ iri: 'broken' }) {
      readonly made = assert.fail('no instance can be made');
      override value() {
        return this.made;
      }
    }
    const { origin, errors } = await serve(shoji([Broken]));
    assertProblem(await request(origin).get('/broken'), 500, 'internal-error');
    assert.equal(errors.length, 1);
  });

  it('[H33] that fails answers HEAD as it does GET', async () => {
    for (const act of [FAULTS['throws']!, never]) {
      const { port } = await serve(faulty(act));
      for (const path of ['/things/', '/things/1/', '/things/shown', '/things/part']) {
        const get = await raw(port, requestText(`GET ${path}`), { untilClose: true });
        const head = await raw(port, requestText(`HEAD ${path}`), { untilClose: true });
        assert.equal(head.text, '');
        assert.equal(head.status, get.status);
        assert.deepEqual({ ...head.headers, date: '' }, { ...get.headers, date: '' });
      }
    }
  });

  it('[H68] that leaves a rejected promise behind does not end the process', async () => {
    const child = spawn(process.execPath, [new URL('./fixtures/left-behind.js', import.meta.url).pathname], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    try {
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
      const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
      for (let time = 0; time < 3; time++) {
        const answer = await raw(Number(port), requestText('GET /careless'));
        assert.equal(answer.status, 200);
        assert.equal(answer.text, '"done"');
      }
      assert.equal(child.exitCode, null);
      const exited = once(child, 'exit');
      child.stdin.end();
      assert.deepEqual(await exited, [0, null]);
      assert.equal(log.split('left behind by the careless view').length - 1, 3, log);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
