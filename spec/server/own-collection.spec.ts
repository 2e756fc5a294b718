import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { Collection } from '../../lib/resource/collection.js';
import type { ResourceRequest } from '../../lib/resource/request.js';
import { serving } from './serve.js';

class Book extends Entity.of({ body: Type.Object({ title: Type.String() }) }) {}

type Body = { title: string };

/** Shows titles in capitals, whoever asks. */
class Loud extends Collection<Body> {
  readonly #given: Collection<Body>;

  constructor(given: Collection<Body>) {
    super(undefined as never, given.key);
    this.#given = given;
  }

  override async get(id: string) {
    const found = await this.#given.get(id);
    return found && { ...found, text: '', body: { title: found.body.title.toUpperCase() } };
  }
}

class Books extends Catalog.of(Book, { iri: 'books/', ids: 'integer' }) {
  constructor(request: ResourceRequest, collection: Collection<Body>) {
    super(request, request.method === 'GET' ? new Loud(collection) : collection);
  }
}

describe('a class that hands on another collection than it is given', () => {
  const serve = serving();

  it('is asked for each entity', async () => {
    const api = shoji([Books]);
    await api.start();
    const { origin } = await serve(api);
    await api.store.write([
      { do: 'create', key: { collection: 'books', parentIds: [] }, id: '1', body: { title: 'Quiet' } },
    ]);
    const answer = (await (await fetch(`${origin}/books/1/`)).json()) as { body: Body };
    assert.deepEqual(answer.body, { title: 'QUIET' });
  });
});

describe('the reading of an entity', () => {
  const serve = serving();
  const place = { collection: 'books', parentIds: [] };

  async function served(declared: typeof Plain) {
    const api = shoji([declared]);
    await api.start();
    await api.store.write([{ do: 'create', key: place, id: '1', body: { title: 'Quiet' } }]);
    return serve(api);
  }

  class Plain extends Catalog.of(Book, { iri: 'books/', ids: 'integer' }) {}

  it('[H68] never passes by a method in a field, where a class needs a request to make an instance', async () => {
    class Secret extends Plain {
      readonly user = (this.request.state['user'] as { id: string } | undefined)!.id;
      override read = (): never => {
        throw new Error(this.user);
      };
    }
    const { origin } = await served(Secret);
    assert.equal((await fetch(`${origin}/books/1/`)).status, 500);
  });

  it('[H68] fails with an error that names a method in a field, where an instance can be made', async () => {
    const staff = { user: { id: 'ann' } };
    class Secret extends Plain {
      readonly user = (this.request.state['user'] as { id: string } | undefined)!.id;
      override read = () => undefined;
    }
    const api = shoji([Secret]);
    const { origin, errors } = await serve(api, (app) =>
      app
        .use((ctx, next) => {
          Object.assign(ctx.state, staff);
          return next();
        })
        .use(api.routes()),
    );
    assert.equal((await fetch(`${origin}/books/1/`)).status, 500);
    assert.match(errors[0]?.message ?? '', /Secret\.read is a field.*write it as a method: read\(id\)/);
  });

  it('asks a read() that is put in place after the start from then on', async () => {
    class Books2 extends Plain {}
    const { origin } = await served(Books2);
    assert.equal((await fetch(`${origin}/books/1/`)).status, 200);
    Books2.prototype.read = () => undefined;
    assert.equal((await fetch(`${origin}/books/1/`)).status, 404);
  });

  it('makes an instance of a class whose constructor takes its parameters as a rest, too', async () => {
    class Silent extends Plain {
      constructor(...given: [ResourceRequest, Collection<Body>]) {
        super(given[0], new Loud(given[1]));
      }
    }
    const { origin } = await served(Silent);
    const answer = (await (await fetch(`${origin}/books/1/`)).json()) as { body: Body };
    assert.equal(answer.body.title, 'QUIET');
  });
});
