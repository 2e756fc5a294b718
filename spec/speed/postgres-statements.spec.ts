import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import { needPostgres, sharedPostgres } from '../postgres.js';
import { serving } from '../server/serve.js';
import { PostgresWire } from './postgres-wire.js';

class Book extends Entity.of({
  body: Type.Object({ title: Type.String(), year: Type.Integer() }),
  fragments: { year: 'year' },
}) {}

class Books extends Catalog.of(Book, { iri: 'books/', ids: 'integer' }) {}

const place = { collection: 'books', parentIds: [] };

/** The first words of statements tell them apart. */
const verbs = (statements: readonly string[]) =>
  statements.map((text) => text.split(/[ ;]/)[0]?.toUpperCase());

describe('what PostgreSQL is asked', () => {
  const serve = serving();
  let wire: PostgresWire;
  let api: Api;
  let origin: string;

  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ element: 'shoji:entity', body }),
      }),
    });
    assert.ok(response.ok, `${response.status} to ${method} ${path}`);
    await response.text();
  };

  before(needPostgres);

  beforeEach(async () => {
    wire = await PostgresWire.to(await (await sharedPostgres()).database());
    api = shoji([Books], { store: wire.url });
    await api.start();
    ({ origin } = await serve(api));
    for (const year of [1999, 2000, 2001]) await send('POST', '/books/', { title: 'One', year });
  });

  afterEach(() => wire.close());

  it('is one statement for GET of an entity, or of a part of it', async () => {
    assert.deepEqual(verbs(await wire.during(() => send('GET', '/books/1/'))), ['SELECT']);
    assert.deepEqual(verbs(await wire.during(() => send('GET', '/books/1/year'))), ['SELECT']);
  });

  it('is one statement more for all entities that are read while the first one is', async () => {
    const ids = ['1', '2', '3', '4', '2', 'x'];
    const read = async () => Promise.all(ids.map((id) => api.store.get(place, id)));
    // Whatever it takes to connect has been done by now.
    await read();
    const statements = await wire.during(async () => {
      const years = (await read()).map((entity) => entity?.body['year']);
      assert.deepEqual(years, [1999, 2000, 2001, undefined, 2000, undefined]);
    });
    assert.deepEqual(verbs(statements), ['SELECT', 'SELECT']);
  });

  it('is a transaction of two statements for PATCH, after one that reads', async () => {
    const statements = await wire.during(() => send('PATCH', '/books/1/', { year: 2002 }));
    assert.deepEqual(verbs(statements), ['SELECT', 'BEGIN', 'UPDATE', 'INSERT', 'COMMIT']);
  });

  it('is a transaction of two statements for POST', async () => {
    const statements = await wire.during(() => send('POST', '/books/', { title: 'Two', year: 2003 }));
    assert.deepEqual(verbs(statements), ['BEGIN', 'INSERT', 'INSERT', 'COMMIT']);
  });
});
