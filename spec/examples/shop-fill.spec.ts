import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openShop } from '../../examples/shop/open.js';
import { inTemporaryFolder } from '../faults/temporary.js';
import { RunningShop, idsOf } from './shop/ground.js';
import { durableKinds } from './shop/stores.js';
import type { EmptyStore } from './shop/stores.js';

const command = fileURLToPath(new URL('../../examples/shop/fill.js', import.meta.url));

/** The command itself, running. */
function begin(args: readonly string[], store: string, cwd: string = tmpdir()) {
  const child = spawn(process.execPath, [command, ...args], { cwd, env: { ...process.env, STORE: store } });
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return {
    child,
    said: async (what: string) => {
      while (!errors.includes(what)) await once(child.stderr, 'data');
    },
    end: async () => {
      const [[code], output] = await ended;
      return { code: code as number | null, output, errors };
    },
  };
}

/** How many products, customers and orders a store has besides those of the first start. */
async function countIn(named: string): Promise<Readonly<Record<string, number>>> {
  const { api } = await openShop(named);
  try {
    const orders: number[] = [];
    for await (const { id } of api.store.iterate({ collection: 'customers', parentIds: [] }))
      orders.push(await api.store.count({ collection: 'customers/orders', parentIds: [id] }));
    return {
      products: (await api.store.count({ collection: 'products', parentIds: [] })) - 5,
      customers: orders.length - 3,
      orders: orders.reduce((sum, count) => sum + count, 0) - 3,
    };
  } finally {
    await api.stop();
  }
}

for (const { name, need, create } of durableKinds) {
  describe(`examples/shop/fill on ${name}`, () => {
    let store: EmptyStore | undefined;
    let named: string;
    before(need);
    beforeEach(async () => {
      store = await create();
      ({ named } = store);
    });
    afterEach(() => store?.remove());

    it('fills the shop, and what it lacks another time', async () => {
      for (const [args, counts] of [
        [['--products', '20', '--orders', '50'], { products: 20, customers: 50, orders: 50 }],
        [['--products', '20', '--orders', '50'], { products: 20, customers: 50, orders: 50 }],
        [['--products', '600', '--orders', '70'], { products: 600, customers: 70, orders: 70 }],
        [['--products', '10', '--orders', '0'], { products: 600, customers: 70, orders: 70 }],
      ] as const) {
        const { code, output, errors } = await begin(args, named).end();
        assert.equal(code, 0, errors);
        assert.match(
          output,
          new RegExp(`^${args[1]} more products and ${args[3]} more orders are in .+\\.\\n$`),
        );
        assert.doesNotMatch(output, /:\/\//);
        assert.deepEqual(await countIn(named), counts);
      }
    });

    it('gives customers what can be read, paid for and ordered again', async () => {
      const filled = begin(['--products', '600', '--orders', '70'], named);
      assert.equal((await filled.end()).code, 0);
      const shop = await RunningShop.start(named);
      const { staff } = shop;
      const [customer = ''] = (await staff.entities('customers')).slice(-1);
      const orders = await staff.find(['orders'], customer);
      const [order = ''] = (await staff.get(orders)).document.entities ?? [];
      const { document } = await staff.get(new URL(order, orders).href);
      const { items, total } = document.body ?? {};
      const again = await staff.sendBody('POST', orders, { items });
      assert.deepEqual([again.status, again.document.body?.['total']], [201, total]);
      assert.equal((await staff.send('DELETE', again.headers.get('Location') ?? '')).status, 204);
      const pages: number[] = [];
      const ids = new Set<string | undefined>();
      for await (const page of staff.pages('/products/')) {
        pages.push(page.length);
        for (const id of idsOf(page)) ids.add(id);
      }
      assert.deepEqual(pages, [100, 100, 100, 100, 100, 100, 5]);
      assert.equal(ids.size, 605);
      await shop.stop();
    });

    it('stops between two batches on SIGINT, and goes on another time', async () => {
      const stopped = begin(['--products', '100000', '--orders', '0'], named);
      await stopped.said('0/100000 products');
      stopped.child.kill('SIGINT');
      const { code, errors } = await stopped.end();
      assert.equal(code, 130);
      assert.match(errors, /^Stopped; run it again to go on\.$/m);
      const { products = 0 } = await countIn(named);
      assert.ok(products < 100_000);
      assert.equal(products % 500, 0);

      const more = String(products + 700);
      assert.equal((await begin(['--products', more, '--orders', '10'], named).end()).code, 0);
      assert.deepEqual(await countIn(named), { products: products + 700, customers: 10, orders: 10 });
    });
  });
}

describe('examples/shop/fill', () => {
  it('shows its help, and opens nothing for it', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, output } = await begin(['--help'], 'shop.db', folder).end();
      assert.equal(code, 0);
      assert.match(output, /^Usage: npm run seed -- \[options\]/);
      assert.deepEqual(await readdir(folder), []);
    });
  });

  const refused: readonly [string, number, readonly string[], string, RegExp][] = [
    ['a number that is none', 2, ['--orders', '1e3'], 'memory', /--orders is "1e3"; write a whole number/],
    ['too many', 2, ['--products', '1000001'], 'memory', /from 1 to 1000000/],
    ['an option that there is not', 2, ['--order', '1'], 'memory', /--order/],
    ['a store that would be gone at once', 1, [], 'memory', /name a file or a database/],
    ['a store that is none', 1, [], 'nonsense', /"nonsense"/],
    ['a file in a folder that is missing', 1, [], 'nowhere/shop.db', /SQLite: its file cannot be opened/],
    ['a database that does not run', 1, [], 'postgres://ada:secret@127.0.0.1:1/shop', /PostgreSQL/],
  ];
  for (const [what, exitCode, args, store, message] of refused) {
    it(`refuses ${what} in one line`, async () => {
      const { code, output, errors } = await begin(args, store).end();
      assert.equal(code, exitCode);
      assert.equal(output, '');
      assert.match(errors, /^seed: [^\n]+\n$/);
      assert.match(errors, message);
      assert.doesNotMatch(errors, /secret/);
    });
  }

  it('shows a bar on a terminal', async function () {
    const shown = await inTemporaryFolder(async (folder) => {
      const line = `${process.execPath} ${command} --products 20 --orders 10`;
      const { PATH, NODE_V8_COVERAGE } = process.env;
      try {
        return execFileSync('script', ['-qec', line, '/dev/null'], {
          cwd: folder,
          encoding: 'utf8',
          env: { PATH, NODE_V8_COVERAGE, TERM: 'xterm-256color', STORE: 'shop.db' },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        return undefined;
      }
    });
    if (shown === undefined) {
      console.log('      skipped: there is no script(1) to make one');
      this.skip();
    }
    assert.match(shown, /░ 0\/20 products, /);
    assert.match(shown, /█ 20\/20 products, 0s left/);
    assert.match(shown, /█ 10\/10 orders, 0s left/);
    assert.match(shown, /20 more products and 10 more orders are in shop\.db\.\r\n$/);
  });
});
