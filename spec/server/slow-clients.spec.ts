import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import { MemoryStore } from '../../lib/store/index.js';
import type { CollectionKey, Selection } from '../../lib/store/index.js';
import { requestText } from './raw.js';
import { serving } from './serve.js';

const KEEP = ['Connection: keep-alive'];

/** Knows how many of its lists were begun and are not ended. */
class WatchedStore extends MemoryStore {
  iterating = 0;

  override async *ids(place: CollectionKey, selection?: Selection) {
    this.iterating++;
    try {
      yield* super.ids(place, selection);
    } finally {
      this.iterating--;
    }
  }
}

/** What became of the iterations of a class that lists without end. */
interface Watch {
  begun: number;
  ended: number;
  given: number;
  signals: AbortSignal[];
}

function endless(store = new WatchedStore()) {
  const watch: Watch = { begun: 0, ended: 0, given: 0, signals: [] };
  class Thing extends Entity.of({ body: Type.Object({}) }) {}
  class Endless extends Catalog.of(Thing, { iri: 'endless/', entities: '../{id}/' }) {
    override async *list() {
      watch.begun++;
      watch.signals.push(this.request.signal);
      try {
        for (;;) yield String(watch.given++);
      } finally {
        watch.ended++;
      }
    }
  }
  class Waiting extends View.of({ iri: 'waiting' }) {
    override value({ signal }: { readonly signal: AbortSignal }) {
      watch.begun++;
      watch.signals.push(signal);
      return new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    }
  }
  class Things extends Catalog.of(Thing, { iri: 'things/', ids: 'client' }) {
    static override catalogs() {
      return { endless: Endless };
    }
    static override views() {
      return { waiting: Waiting };
    }
  }
  return { api: shoji([Things], { store, timeout: 60_000 }), store, watch };
}

/** Comes back once something is so; the test's own time limit is the end of it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(5);
}

describe('[H67] a client', () => {
  const serve = serving();
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  async function served() {
    const given = endless();
    const answers: ServerResponse[] = [];
    const { port, errors } = await serve(given.api, (app, api) => {
      app.use((ctx, next) => {
        answers.push(ctx.res);
        return next();
      });
      app.use(api.routes());
    });
    /** A connection on which this was asked, of whose answer the test reads what it likes. */
    const ask = (path: string): Socket => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      socket.write(requestText(`GET ${path}`, KEEP));
      return socket;
    };
    /** Gives the store entities with ids that are so long that no socket holds the list. */
    const fill = async (count: number) => {
      await given.api.start();
      const place = { collection: 'things', parentIds: [] };
      const create = (index: number) =>
        ({ do: 'create', key: place, id: String(index).padStart(200, '0'), body: {} }) as const;
      await given.store.write(Array.from({ length: count }, (_, index) => create(index)));
    };
    return { ...given, ask, answers, errors, fill };
  }

  it('[H67] that goes in the middle of a list ends the iteration, and aborts the signal', async () => {
    const { ask, watch } = await served();
    for (let time = 1; time <= 5; time++) {
      const socket = ask('/things/endless/');
      await once(socket, 'data');
      assert.equal(watch.ended, time - 1);
      socket.destroy();
      await until(() => watch.ended === time);
    }
    assert.equal(watch.begun, 5);
    assert.ok(watch.signals.every(({ aborted }) => aborted));
    const { given } = watch;
    await delay(50);
    assert.equal(watch.given, given);
  });

  it("[H67] that goes in the middle of the store's list leaves nothing open", async () => {
    const { ask, store, fill } = await served();
    await fill(60_000);
    for (let time = 0; time < 5; time++) {
      const socket = ask('/things/');
      await once(socket, 'data');
      socket.pause();
      assert.equal(store.iterating, 1);
      socket.destroy();
      await until(() => store.iterating === 0);
    }
  });

  it('[H67] that goes before its answer begins aborts the signal, and is no fault', async () => {
    const { ask, watch, answers, errors } = await served();
    const socket = ask('/things/waiting');
    await until(() => watch.begun === 1);
    const [signal] = watch.signals;
    assert.equal(signal?.aborted, false);
    socket.destroy();
    await until(() => signal?.aborted ?? false);
    await until(() => answers.length === 1 && (answers[0]?.closed ?? false));
    await delay(20);
    assert.deepEqual(errors, []);
  });

  it('[H67] that has its whole answer aborts nothing', async () => {
    const { ask, watch, fill, store } = await served();
    await fill(10);
    const socket = ask('/things/');
    await once(socket, 'data');
    assert.equal(store.iterating, 0);
    assert.equal(watch.signals.length, 0);
  });

  it('[H67] that reads slowly has the list wait, in bounded buffers', async () => {
    const { ask, answers, watch } = await served();
    const socket = ask('/things/endless/');
    await once(socket, 'data');
    socket.pause();
    // What the two sockets hold fills up; then nothing moves any more.
    let given = -1;
    await until(() => answers.length === 1);
    while (given !== watch.given) {
      given = watch.given;
      await delay(100);
    }
    const [answer] = answers;
    assert.ok((answer?.writableLength ?? Infinity) < 256 * 1024, String(answer?.writableLength));
    socket.resume();
    await until(() => watch.given > given);
    socket.destroy();
    await until(() => watch.ended === 1);
  });

  it('[H67] that asks by HEAD has the list closed', async () => {
    const { ask, watch } = await served();
    const socket = ask('/');
    socket.write(requestText('HEAD /things/endless/', KEEP));
    await until(() => watch.ended === 1);
    assert.equal(watch.begun, 1);
  });

  for (const condition of ['If-None-Match: *', 'If-Match: "x"']) {
    it(`[H67] that asks with ${condition} has the list closed`, async () => {
      const { ask, watch } = await served();
      const socket = ask('/');
      socket.write(requestText('GET /things/endless/', [...KEEP, condition]));
      await until(() => watch.ended === 1);
      assert.equal(watch.begun, 1);
    });
  }
});
