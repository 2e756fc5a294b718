import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../../lib/index.js';
import type { CatalogClass } from '../../../lib/index.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import { onEachEngine, withDatabase } from './engines.js';
import type { TestDatabase } from './engines.js';

const body = Type.Object({});

class Part extends Entity.of({ iri: '{part}/', body }) {}
class Parts extends Catalog.of(Part, { iri: 'parts/', ids: 'client' }) {}
class Book extends Entity.of({ body }) {
  static override catalogs() {
    return { parts: Parts };
  }
}
class Books extends Catalog.of(Book, { iri: 'books/', ids: 'client' }) {}
class Renamed extends Catalog.of(Book, { ...Books.options, iri: 'library/' }) {}
class Kept extends Catalog.of(Book, { ...Renamed.options, collection: 'books' }) {}
class Other extends Catalog.of(class Thing extends Entity.of({ body }) {}, {
  iri: 'other/',
  ids: 'integer',
}) {}

const books = { collection: 'books', parentIds: [] };

onEachEngine('entities under a name that no catalog has', (engine) => {
  /** Starts an API, lets it be used, and stops it. @returns the warnings of the start */
  const started = async (
    database: TestDatabase,
    classes: readonly CatalogClass[],
    use: (store: SqlStore) => Promise<unknown> = async () => undefined,
  ): Promise<readonly string[]> => {
    const warnings: string[] = [];
    const hear = (warning: Error & { code?: string }) => {
      if (warning.code === 'SHOJI_UNUSED_COLLECTION') warnings.push(warning.message);
    };
    process.on('warning', hear);
    const store = new SqlStore(database.engine());
    const api = shoji(classes, { store });
    try {
      await api.start();
      await use(store);
      // Warnings come in their order, so that those of the start are here when this one is.
      const last = once(process, 'warning');
      process.emitWarning('the last one of a test', { type: 'ShojiTest' });
      await last;
    } finally {
      process.off('warning', hear);
      await api.stop();
    }
    return warnings;
  };
  const fill = (store: SqlStore) =>
    store.write([
      { do: 'create', key: books, id: 'a', body: {} },
      { do: 'create', key: { collection: 'books/parts', parentIds: ['a'] }, id: 'b', body: {} },
    ]);

  it('are told of, with the line that has them found', () =>
    withDatabase(engine, async (database) => {
      assert.deepEqual(await started(database, [Books, Other], fill), []);
      const [warning, ...more] = await started(database, [Renamed, Other], async (store) => {
        assert.equal(await store.get({ collection: 'library', parentIds: [] }, 'a'), undefined);
      });
      assert.equal(
        warning,
        'the database holds entities of the collection "books", which no catalog of the API has now: of those that ' +
          'it has, "library" is empty; if it is one of them, whose IRI has changed, write collection: ' +
          "'books' among its options",
      );
      assert.deepEqual(more, [], 'what stands within them is named as they are');
    }));

  it('are told of again, as long as they are there', () =>
    withDatabase(engine, async (database) => {
      await started(database, [Books], fill);
      const make = (store: SqlStore) =>
        store.write([{ do: 'create', key: { collection: 'library', parentIds: [] }, id: 'c', body: {} }]);
      assert.equal((await started(database, [Renamed], make)).length, 1);
      const [warning] = await started(database, [Renamed]);
      assert.match(warning ?? '', /"books".*if it is one whose IRI has changed, write collection: 'books'/);
    }));

  it('are found by the name that is declared, and so is what stands within them', () =>
    withDatabase(engine, async (database) => {
      await started(database, [Books], fill);
      const find = async (store: SqlStore) => {
        assert.equal((await store.get(books, 'a'))?.id, 'a');
        assert.equal((await store.get({ collection: 'books/parts', parentIds: ['a'] }, 'b'))?.id, 'b');
      };
      assert.deepEqual(await started(database, [Kept], find), []);
    }));

  it('are not told of where all were removed', () =>
    withDatabase(engine, async (database) => {
      await started(database, [Books], async (store) => {
        await store.write([{ do: 'create', key: books, id: 'a', body: {} }]);
        await store.write([{ do: 'remove', key: books, id: 'a' }]);
      });
      assert.deepEqual(await started(database, [Renamed]), []);
    }));
});
