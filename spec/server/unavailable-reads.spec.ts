import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { MemoryStore, StoreUnavailableError } from '../../lib/store/index.js';
import type { Unavailability } from '../../lib/store/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';

/** Reads nothing, by a promise or at once. */
class LostStore extends MemoryStore {
  readonly #reason: Unavailability;
  readonly #late: boolean;

  constructor(reason: Unavailability, late: boolean) {
    super();
    this.#reason = reason;
    this.#late = late;
  }

  #fail(): never {
    throw new StoreUnavailableError(this.#reason, 'SELECT * FROM notes in /srv/notes.db', {
      retryAfter: 2.5,
    });
  }

  override get() {
    return this.#late ? (Promise.resolve().then(() => this.#fail()) as never) : this.#fail();
  }
  override state() {
    return this.#late ? (Promise.resolve().then(() => this.#fail()) as never) : this.#fail();
  }
}

function notes(store: MemoryStore) {
  class Note extends Entity.of({ body: Type.Object({ text: Type.String() }), fragments: { text: 'text' } }) {}
  class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {}
  return shoji([Notes], { store });
}

describe('[H64] [H65] reading from a store that cannot answer', () => {
  const serve = serving();

  for (const reason of ['busy', 'unreachable', 'failed'] as const) {
    for (const late of [false, true]) {
      it(`says ${late ? 'by a promise' : 'at once'} that it is ${reason}: 503, and when to try again`, async () => {
        const { origin, errors } = await serve(notes(new LostStore(reason, late)));
        const paths = ['/notes/', '/notes/1/', '/notes/1/text'];
        for (const path of paths) {
          const answer = await request(origin).get(path);
          assertProblem(answer, 503, 'unavailable');
          assert.equal(answer.headers['retry-after'], '3');
        }
        assert.equal(errors.length, paths.length);
        for (const error of errors) assert.ok(error instanceof StoreUnavailableError);
        assert.equal((await request(origin).get('/')).status, 200);
      });
    }
  }

  it('[H62] says that there is no room, where that is what it needs: 507', async () => {
    const { origin } = await serve(notes(new LostStore('full', true)));
    assertProblem(await request(origin).get('/notes/1/'), 507, 'insufficient-storage');
  });
});
