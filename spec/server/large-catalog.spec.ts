import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { Type } from 'typebox';
import { Catalog, createServer, Entity, shoji } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import { resolveIri } from '../../lib/protocol/iri/resolve-iri.js';
import type { Engine } from '../../lib/store/sql/engine.js';
import type { Parameter, Statement } from '../../lib/store/sql/queries/query.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { sqliteEngine } from '../../lib/store/sql/sqlite/sqlite-engine.js';

const MANY = 20_000;
/** What a statement gives at most: a portion, and one more that tells whether there are others. */
const MOST_ROWS = 1001;

class Product extends Entity.of({
  body: Type.Object({
    name: Type.String(),
    kind: Type.String(),
    brand: Type.String(),
    price: Type.Integer(),
  }),
}) {}

class Products extends Catalog.of(Product, {
  iri: 'products/{?kind,brand}',
  query: Type.Object({
    kind: Type.Optional(Type.String()),
    brand: Type.Optional(Type.String()),
  }),
  page: { size: 100, max: 1000 },
  sort: ['price'],
}) {}

class Note extends Entity.of({ body: Type.Object({}) }) {}

/** Lists as a whole. */
class Notes extends Catalog.of(Note, { iri: 'notes/' }) {}

/** Every other one is tea, and all tea is of even number; five are rare. */
function productAt(index: number) {
  const plain = index % 2 === 0 ? 'tea' : 'coffee';
  return {
    name: `Product number ${index}`,
    kind: index % 4000 === 1 ? 'rare' : plain,
    brand: index % 2 === 0 ? 'even' : 'odd',
    price: (index * 7919) % 5000,
  };
}

/** A statement that was run, and how many rows it gave. */
interface Read {
  readonly statement: Statement;
  readonly parameters: readonly Parameter[];
  readonly rows: number;
}

/** The engine, noting what is read by it. */
function watched(engine: Engine, seen: Read[]): Engine {
  return {
    dialect: engine.dialect,
    kysely: engine.kysely,
    replica: undefined,
    reader: {
      async all(statement, parameters) {
        const rows = await engine.reader.all(statement, parameters);
        seen.push({ statement, parameters, rows: rows.length });
        return rows;
      },
      run: (statement, parameters) => engine.reader.run(statement, parameters),
    },
    open: () => engine.open(),
    write: (work) => engine.write(work),
    transact: (work) => engine.transact(work),
    attempt: (connection, work) => engine.attempt(connection, work),
    check: () => engine.check(),
    close: () => engine.close(),
  };
}

describe('a large catalog, kept in SQLite', function () {
  const seen: Read[] = [];
  let folder: string;
  let engine: Engine;
  let api: Api;
  let server: Server;
  let origin: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'koa-shoji-'));
    engine = sqliteEngine(join(folder, 'large.db'));
    api = shoji([Products, Notes], { store: new SqlStore(watched(engine, seen)) });
    await api.start();
    for (let done = 0; done < MANY; done += 1000) {
      const indices = Array.from({ length: 1000 }, (_, index) => done + index);
      await api.store.write([
        ...indices.map((index) => ({
          do: 'create' as const,
          key: { collection: 'products', parentIds: [] },
          body: productAt(index),
        })),
        ...indices.map(() => ({
          do: 'create' as const,
          key: { collection: 'notes', parentIds: [] },
          body: {},
        })),
      ]);
    }
    const app = new Koa().use(api.routes());
    // Clients that go away are no news here.
    app.silent = true;
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    server.close();
    server.closeAllConnections();
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => void seen.splice(0));

  interface Document {
    readonly self: string;
    readonly catalogs: Readonly<Record<string, string>>;
    readonly entities: readonly string[];
  }

  async function read(path: string): Promise<Document> {
    const answer = await fetch(origin + path);
    assert.equal(answer.status, 200);
    return (await answer.json()) as Document;
  }

  /** What was read for each page, from this one on as the links lead; and what they list together. */
  async function pages(path: string): Promise<{ reads: Read[][]; entities: string[] }> {
    const reads: Read[][] = [];
    const entities: string[] = [];
    for (let at: string | undefined = path; at !== undefined;) {
      seen.length = 0;
      const page: Document = await read(at);
      reads.push([...seen]);
      entities.push(...page.entities);
      const next: string | undefined = page.catalogs['next'];
      at = next === undefined ? undefined : resolveIri(next, page.self);
      assert.ok(reads.length <= MANY);
    }
    return { reads, entities };
  }

  /** How the database carries out a statement. */
  async function planOf({ statement: { name, sql }, parameters }: Read): Promise<string> {
    const steps = await engine.reader.all(
      { name: `explain ${name}`, sql: `EXPLAIN QUERY PLAN ${sql}` },
      parameters,
    );
    return steps.map(({ detail }) => String(detail)).join('\n');
  }

  const LISTS: Readonly<Record<string, readonly [query: string, count: number]>> = {
    'in the order of ids': ['', MANY],
    'in another order': ['sort=price', MANY],
    'in a descending order': ['sort=-price', MANY],
    'of a search': ['kind=tea', MANY / 2],
    'of a search, in another order': ['kind=tea&sort=price', MANY / 2],
    'of a search, in a descending order': ['kind=tea&sort=-price', MANY / 2],
  };
  for (const [what, [query, count]] of Object.entries(LISTS)) {
    it(`is read page by page ${what}, where none costs more than another`, async () => {
      const limit = 500;
      const { reads, entities } = await pages(`/products/?${query === '' ? '' : `${query}&`}limit=${limit}`);
      assert.equal(reads.length, count / limit);
      assert.equal(entities.length, count);
      assert.equal(new Set(entities).size, count);
      for (const page of reads) {
        // The state of the catalog; the entities of the value that the page before ended with; those that follow.
        // Three that read rows at the most; and before and after them, whether somebody has written meanwhile.
        assert.ok(page.length <= 5, `${page.length} statements`);
        assert.ok(page.reduce((sum, { rows }) => sum + rows, 0) <= 2 * (limit + 1));
      }
      for (const page of [reads[0], reads[1], reads.at(-1)] as Read[][]) {
        for (const each of page) {
          const plan = await planOf(each);
          assert.match(plan, /USING .*(?:INDEX|PRIMARY KEY)/, each.statement.sql);
          assert.doesNotMatch(plan, /SCAN \S+$|TEMP B-TREE/m, `${each.statement.sql}\n${plan}`);
        }
      }
    });
  }

  describe('searched by several members', () => {
    it('has no statement look at many entities to find few', async () => {
      for (const order of ['', '&sort=price', '&sort=-price']) {
        seen.length = 0;
        const { entities } = await read(`/products/?kind=tea&brand=odd${order}`);
        assert.deepEqual(entities, []);
        // Whatever is looked at is given, so that the rows tell how many that were.
        assert.ok(seen.reduce((sum, { rows }) => sum + rows, 0) >= MANY / 2);
        for (const each of seen) {
          assert.ok(each.rows <= MOST_ROWS, `${each.rows} rows at once`);
          assert.doesNotMatch(await planOf(each), /SCAN \S+$|TEMP B-TREE/m, each.statement.sql);
        }
      }
    });

    it('looks at the fewest, where one member alone selects few', async () => {
      for (const order of ['', '&sort=price', '&sort=-price']) {
        for (const query of ['kind=rare&brand=odd', 'brand=odd&kind=rare']) {
          seen.length = 0;
          const { entities } = await read(`/products/?${query}${order}`);
          assert.equal(entities.length, MANY / 4000);
          assert.ok(seen.reduce((sum, { rows }) => sum + rows, 0) <= 2 * MOST_ROWS);
        }
      }
    });

    it('gives what one statement would, in the order that is asked for', async () => {
      const chosen = Array.from({ length: MANY }, (_, index) => productAt(index)).filter(
        ({ kind, brand }) => kind === 'coffee' && brand === 'odd',
      );
      const { entities } = await pages('/products/?kind=coffee&brand=odd&sort=-price&limit=1000');
      assert.equal(new Set(entities).size, chosen.length);
      const [first, last] = await Promise.all(
        [entities[0], entities.at(-1)].map(async (id) => (await fetch(`${origin}/products/${id}`)).json()),
      );
      const prices = chosen.map(({ price }) => price);
      assert.equal((first as { body: { price: number } }).body.price, Math.max(...prices));
      assert.equal((last as { body: { price: number } }).body.price, Math.min(...prices));
    });
  });

  describe('listed as a whole', () => {
    /** The rows that were read of the list itself. */
    const listed = () => seen.map(({ rows }) => rows).filter((rows) => rows > 1);

    /** What was read before a write is not given out again. */
    const write = () =>
      api.store.write([{ do: 'create', key: { collection: 'notes', parentIds: [] }, body: {} }]);

    it('is read a portion at a time', async () => {
      const { entities } = await read('/notes/');
      assert.equal(new Set(entities).size, MANY);
      assert.equal(
        listed().reduce((sum, rows) => sum + rows, 0),
        MANY,
      );
      for (const rows of listed()) assert.ok(rows <= MOST_ROWS, `${rows} rows at once`);
    });

    it('is read no further once the client is gone', async () => {
      await write();
      const asking = get(`${origin}/notes/`);
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      answer.destroy();
      // This is answered after the connection was seen to be closed, and what comes of that.
      await fetch(`${origin}/`);
      const portions = listed().length;
      await fetch(`${origin}/`);
      assert.ok(portions < MANY / 1000, `${portions} portions were read`);
      assert.equal(listed().length, portions);
    });

    it('is not read to its end for HEAD', async () => {
      await write();
      const { status } = await fetch(`${origin}/notes/`, { method: 'HEAD' });
      assert.equal(status, 200);
      assert.ok(listed().length <= 2, `${listed().length} portions were read`);
    });
  });
});
