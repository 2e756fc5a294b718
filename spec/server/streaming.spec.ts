import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { ShojiOptions } from '../../lib/index.js';
import { validate } from '../../lib/protocol/validate.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';

/** More than is sent as one string, or kept as one; and more than has an ETag where no version is known. */
const MANY = 150_000;
const TOO_MANY = 200_000;

type Lister = () => AsyncIterable<string> | Iterable<string>;

function* count(end: number) {
  for (let id = 0; id < end; id++) yield String(id);
}

/** Things that the store lists, and the same as a class lists them. */
function listing(lister: Lister, options: ShojiOptions = {}) {
  class Thing extends Entity.of({ iri: '{id}/', body: Type.Object({}) }) {}
  class Listed extends Catalog.of(Thing, { iri: 'listed/', entities: '../{id}/' }) {
    override list() {
      return lister();
    }
  }
  class Things extends Catalog.of(Thing, { iri: 'things/', title: 'Things', ids: 'integer' }) {
    static override catalogs() {
      return { listed: Listed };
    }
  }
  return shoji([Things], options);
}

describe('a list that is too long to be held', () => {
  const serve = serving();

  async function served(lister: Lister, options?: ShojiOptions) {
    const api = listing(lister, options);
    const started = await serve(api);
    await api.start();
    const fill = async (end: number) => {
      const place = { collection: 'things', parentIds: [] };
      for (let done = 0; done < end; done += 1000) {
        await api.store.write(
          Array.from({ length: 1000 }, () => ({ do: 'create' as const, key: place, body: {} })),
        );
      }
    };
    return { ...started, fill };
  }

  /** The answer as it begins; its text is read as the test likes. */
  async function begun(port: number, path: string): Promise<IncomingMessage> {
    const asking = httpRequest({ port, host: '127.0.0.1', path }).end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    return answer.setEncoding('utf8');
  }

  it('is sent as one valid document, in pieces', async () => {
    const { port, origin, fill } = await served(() => count(0));
    await fill(MANY);
    const { status, headers, text } = await request(origin).get('/things/');
    assert.equal(status, 200);
    assert.equal(headers['transfer-encoding'], 'chunked');
    assert.equal(headers['content-length'], undefined);
    assert.equal(headers['content-type'], 'application/shoji+json');
    assert.match(headers['etag'] as string, /^W\/"[^"]+"$/, 'it may change while it is sent');
    const document = JSON.parse(text) as { entities: string[] };
    assert.deepEqual(validate(document).findings, []);
    assert.deepEqual(
      document.entities,
      Array.from(count(MANY), (id) => `${Number(id) + 1}/`),
    );
    const head = await raw(port, requestText('HEAD /things/'));
    assert.equal(head.text, '');
    assert.equal(head.headers['etag'], headers['etag']);
    assert.equal(head.headers['content-length'], undefined);
  });

  it('is sent as one string where it is short', async () => {
    const { origin, fill } = await served(() => count(3));
    await fill(1000);
    for (const path of ['/things/', '/things/listed/']) {
      const { headers, text } = await request(origin).get(path);
      assert.equal(headers['content-length'], String(Buffer.byteLength(text)));
    }
  });

  it('has no ETag where only the whole list could tell one', async () => {
    const { port, origin } = await served(() => count(TOO_MANY));
    const { status, headers, text } = await request(origin)
      .get('/things/listed/')
      .set('If-None-Match', '"x"');
    assert.equal(status, 200);
    assert.equal(headers['etag'], undefined);
    assert.equal(JSON.parse(text).entities.length, TOO_MANY);
    const head = await raw(port, requestText('HEAD /things/listed/'));
    assert.deepEqual([head.status, head.text, head.headers['etag']], [200, '', undefined]);
  });

  it('shows references resolved where it is told to', async () => {
    const { origin } = await served(() => count(TOO_MANY), {
      base: 'https://a.example/v1',
      absoluteLinks: true,
    });
    const { entities } = JSON.parse((await request(origin).get('/things/listed/')).text);
    assert.equal(entities[0], 'https://a.example/v1/things/0/');
    assert.equal(entities.at(-1), `https://a.example/v1/things/${TOO_MANY - 1}/`);
  });

  it('begins before it has come to its end, and goes on with what the class gives', async () => {
    let release = (): void => undefined;
    const rest = new Promise<void>((resolve) => (release = resolve));
    const { port } = await served(async function* () {
      yield* count(TOO_MANY);
      await rest;
      yield 'last';
    });
    const answer = await begun(port, '/things/listed/');
    let text = '';
    for await (const piece of answer) {
      text += piece as string;
      // The list cannot end before its beginning has come.
      release();
    }
    assert.equal(JSON.parse(text).entities.at(-1), '../last/');
  });

  it('that grows slowly is sent as it grows', async () => {
    const { port } = await served(async function* () {
      for (let id = 0; ; id++) {
        yield String(id);
        await delay(200);
      }
    });
    const answer = await begun(port, '/things/listed/');
    const [first] = (await once(answer, 'data')) as [string];
    assert.match(first, /"entities":\["\.\.\/0\/","\.\.\/1\/"/);
    answer.destroy();
  });

  describe('[H68] whose class fails in the middle', () => {
    const FAULTS: Readonly<Record<string, Lister>> = {
      throws: function* () {
        yield* count(TOO_MANY);
        throw new Error('the archive burns');
      },
      rejects: async function* () {
        yield* count(TOO_MANY);
        throw new Error('the archive burns');
      },
      'gives what is no id': function* () {
        yield* count(TOO_MANY);
        yield 7 as unknown as string;
      },
      'never goes on': async function* () {
        yield* count(TOO_MANY);
        await new Promise<never>(() => undefined);
      },
    };
    for (const [what, lister] of Object.entries(FAULTS)) {
      it(`[H68] and ${what} is cut off, so that it does not look whole, and is logged`, async () => {
        const { port, origin, errors } = await served(lister, { timeout: 200 });
        const { status, all, closed } = await raw(
          port,
          requestText('GET /things/listed/', ['Connection: keep-alive']),
        );
        assert.equal(status, 200);
        assert.ok(closed);
        assert.ok(!all.endsWith('0\r\n\r\n'));
        assert.ok(!all.includes('archive'));
        assert.equal(errors.length, 1);
        assert.equal((await request(origin).get('/')).status, 200);
      });
    }
  });

  describe('[H68] whose class fails at its beginning', () => {
    it('[H68] is answered as any other fault', async () => {
      const { origin, errors } = await served(function* () {
        yield* count(10);
        throw new Error('the archive burns');
      });
      assertProblem(await request(origin).get('/things/listed/'), 500, 'internal-error');
      assert.equal(errors.length, 1);
    });

    it('[H68] by not beginning is given up at the time limit', async () => {
      const next = () => new Promise<never>(() => undefined);
      const { origin } = await served(() => ({ [Symbol.asyncIterator]: () => ({ next }) }), { timeout: 100 });
      assertProblem(await request(origin).get('/things/listed/'), 503, 'timeout');
    });
  });

  it('[H68] may take longer than the time limit in all, if no single wait does', async () => {
    const { origin } = await served(
      async function* () {
        for (let id = 0; id < 10; id++) {
          await delay(50);
          yield String(id);
        }
      },
      { timeout: 300 },
    );
    const { status, text } = await request(origin).get('/things/listed/');
    assert.equal(status, 200, text);
    assert.equal(JSON.parse(text).entities.length, 10);
  });
});
