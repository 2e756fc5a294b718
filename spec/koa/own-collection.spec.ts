import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { Collection } from '../../lib/resource/collection.js';
import type { ResourceRequest } from '../../lib/resource/request.js';
import { serving } from './serve.js';

class Book extends Entity {
  static override body = Type.Object({ title: Type.String() });
}

type Body = { title: string };

/** Shows titles in capitals, whoever asks. */
class Loud extends Collection<Body> {
  readonly #given: Collection<Body>;

  constructor(given: Collection<Body>) {
    super(undefined as never, given.place);
    this.#given = given;
  }

  override async get(id: string) {
    const found = await this.#given.get(id);
    return found && { ...found, text: '', body: { title: found.body.title.toUpperCase() } };
  }
}

class Books extends Catalog<typeof Book> {
  static override iri = 'books/';
  static override entity = Book;
  static override ids = 'integer';

  constructor(request: ResourceRequest, collection: Collection<Body>) {
    super(request, request.method === 'GET' ? new Loud(collection) : collection);
  }
}

describe('koa: a class that hands on another collection than it is given', () => {
  const serve = serving();

  it('is asked for each entity', async () => {
    const api = shoji([Books]);
    await api.start();
    const { origin } = await serve(api);
    await api.store.write([
      { do: 'create', place: { catalog: 'books', within: [] }, id: '1', body: { title: 'Quiet' } },
    ]);
    const answer = (await (await fetch(`${origin}/books/1/`)).json()) as { body: Body };
    assert.deepEqual(answer.body, { title: 'QUIET' });
  });
});
