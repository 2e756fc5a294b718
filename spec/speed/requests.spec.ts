// What a request takes of the server, counted instead of timed, so that a change which makes answers slower is
// seen on any machine, however busy. The budgets are in budgets.ts. This shows what is taken now:
//
//   npm run build && SPEED=record npx mocha --no-config --timeout 20000 dist/spec/speed/requests.spec.js
//
// It prints the table of budgets.ts with these figures, and notes in recorded-calls.csv which function is called how
// often, so that a failure can say which ones are called more often than before. What the engine does by itself
// (JSON, regular expressions, searches in arrays) is no call; it shows in the bytes, as far as it takes any.
import assert from 'node:assert/strict';
import { BUDGETS, MARGIN } from './budgets.js';
import type { Budget } from './budgets.js';
import { filesOf, increases, ofLibrary, ofPackages, sumOf } from './calls.js';
import type { Calls } from './calls.js';
import type { Ports } from './counted-server.js';
import type { Size } from './counted-apis.js';
import { CountedServer } from './counting.js';
import type { Asked } from './counting.js';
import { joined, readRecord, writeRecord } from './recorded-calls.js';
import { WAYS, WORKLOADS, requestsFor } from './workloads.js';
import type { Way, Workload } from './workloads.js';

/** What makes entities. */
const GROWING: ReadonlySet<Workload> = new Set(['a new entity', 'a new entity, by its key']);

const RECORDING = process.env['SPEED'] === 'record';

describe('what a request takes', () => {
  let server: CountedServer;
  before(async () => void (server = await CountedServer.start()));
  after(() => server.stop());

  const ask = (port: number, path: string): Asked => ({ port, path });

  describe('is within its budget', () => {
    let ports: Ports;
    /** Of an API that grows by what is made in it: finding one of its entities takes longer then. */
    const growing = new Map<Way, Ports>();
    let requests: ReturnType<typeof requestsFor>;
    const bare = { koa: { promises: 0, bytes: 0 }, listener: { promises: 0, bytes: 0 } };
    const now = new Map<Workload, Calls>();
    const table = new Map<Workload, Partial<Record<Way, Budget>>>();
    const recorded = readRecord();

    before(async () => {
      ports = await server.serve({ classes: 1, entities: 100 });
      for (const way of WAYS) growing.set(way, await server.serve({ classes: 1, entities: 100 }));
      const { headers } = await server.ask(ask(ports.koa, '/users/1/'));
      requests = requestsFor(headers.etag ?? '');
      for (const way of WAYS) {
        const asked = ask(ports[way === 'koa' ? 'bare koa' : 'bare node'], '/users/1/');
        bare[way] = { promises: await server.promises(asked), bytes: await server.bytes(asked) };
      }
    });

    after(() => {
      if (!RECORDING) return;
      console.log(tableText(table));
      writeRecord(now);
    });

    for (const workload of WORKLOADS) {
      for (const way of WAYS) {
        it(`for ${workload}, by ${way}`, async () => {
          const { [way]: port } = (GROWING.has(workload) && growing.get(way)) || ports;
          const asked: Asked = { port, ...requests[workload] };
          const budget = BUDGETS[workload][way];
          const enough = RECORDING ? 0 : bare[way].bytes + budget.bytes + MARGIN;
          const calls = await server.calls(asked);
          const taken: Budget = {
            files: filesOf(ofLibrary(calls)).size,
            ...sumOf(ofLibrary(calls)),
            packages: sumOf(ofPackages(calls)).calls,
            promises: (await server.promises(asked)) - bare[way].promises,
            texts: await server.texts(asked),
            bytes: Math.round((await server.bytes(asked, enough)) - bare[way].bytes),
          };
          now.set(workload, joined(now.get(workload) ?? new Map(), calls));
          table.set(workload, { ...table.get(workload), [way]: taken });
          hold(taken, budget, calls, recorded.get(workload) ?? new Map());
        });
      }
    }
  });

  describe('does not grow', () => {
    const few: Size = { classes: 1, entities: 10 };
    const manyClasses: readonly Size[] = [100, 1000].map((classes) => ({ classes, entities: 10 }));
    const manyEntities: readonly Size[] = [1000, 100_000].map((entities) => ({ classes: 1, entities }));
    const served = new Map<Size, Ports>();

    before(async function () {
      // Without the compilers that optimise, this takes seconds where the machine has other things to do.
      for (const size of [few, ...manyClasses, ...manyEntities]) served.set(size, await server.serve(size));
    });

    const at = (size: Size, way: Way, path: string) => ask(served.get(size)?.[way] as number, path);

    async function holdCalls(sizes: readonly Size[], way: Way, path: string): Promise<void> {
      const calls = await server.calls(at(few, way, path));
      for (const size of sizes) {
        const grown = increases(await server.calls(at(size, way, path)), calls);
        if (grown.length > 0) assert.fail([`with ${JSON.stringify(size)}`, ...grown].join('\n    '));
      }
    }

    async function holdBytes(sizes: readonly Size[], way: Way, path: string): Promise<void> {
      const bytes = await server.bytes(at(few, way, path));
      for (const size of sizes) {
        const more = Math.round((await server.bytes(at(size, way, path), bytes + MARGIN)) - bytes);
        assert.ok(more <= MARGIN, `${path} takes ${more} bytes more with ${JSON.stringify(size)}`);
      }
    }

    for (const way of WAYS) {
      it(`with the number of classes or of entities, by ${way}`, async () => {
        const sizes = [...manyClasses, ...manyEntities];
        await holdCalls(sizes, way, '/users/1/');
        await holdBytes(sizes, way, '/users/1/');
      });

      it(`with the length of a list that was read before, by ${way}`, () =>
        holdCalls(manyEntities.slice(0, 1), way, '/users/'));
    }
  });

  describe('holds nothing that the answer does not need', () => {
    let ports: Ports;
    before(async () => void (ports = await server.serve({ classes: 1, entities: 10 })));

    it('enters one layer of middleware, and no router', async () => {
      const calls = await server.calls(ask(ports.koa, '/users/1/'));
      assert.equal(calls.get('koa-compose/index.js dispatch'), 1);
      assert.deepEqual(
        [...calls.keys()].filter((name) => name.startsWith('@koa/router/')),
        [],
      );
    });

    for (const way of WAYS) {
      it(`makes the document of a version once, and for a client that has it never, by ${way}`, async () => {
        const { headers } = await server.ask(ask(ports[way], '/users/2/'));
        const made = 'lib/declaration/rendering.ts entity';
        assert.ok(readRecord().get('a change of an entity')?.has(made), `a change calls ${made}`);
        const asked = ask(ports[way], '/users/2/');
        const known = { ...asked, fields: { 'If-None-Match': headers.etag ?? '' }, status: 304 };
        assert.equal((await server.calls(asked)).get(made), undefined);
        assert.equal((await server.calls(known)).get(made), undefined);
      });

      it(`does for HEAD what it does for GET, by ${way}`, async () => {
        const asked = ask(ports[way], '/users/1/');
        const got = ofLibrary(await server.calls(asked));
        const headed = ofLibrary(await server.calls({ ...asked, method: 'HEAD' }));
        assert.deepEqual(increases(headed, got), []);
      });
    }
  });
});

function hold(taken: Budget, budget: Budget, calls: Calls, recorded: Calls): void {
  const over = (Object.keys(budget) as (keyof Budget)[])
    .filter((name) => taken[name] > budget[name] + (name === 'bytes' ? MARGIN : 0))
    .map((name) => `${name}: ${taken[name]}, with a budget of ${budget[name]}`);
  if (over.length === 0) return;
  const more = increases(calls, recorded);
  const heading = more.length > 0 ? ['called more often than recorded:', ...more] : [];
  assert.fail([over.join('; '), ...heading].join('\n    '));
}

/** As it stands in budgets.ts. */
function tableText(table: ReadonlyMap<Workload, Partial<Record<Way, Budget>>>): string {
  const rows = [...table].map(([workload, taken]) => {
    const lines = WAYS.map((way) => {
      const figures = Object.entries(taken[way] ?? {}).map(([name, count]) => `${name}: ${Math.ceil(count)}`);
      return `    ${way}: { ${figures.join(', ')} },\n`;
    });
    return `  '${workload}': {\n${lines.join('')}  },\n`;
  });
  return `{\n${rows.join('')}}`;
}
