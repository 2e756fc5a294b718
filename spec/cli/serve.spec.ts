import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, readdir, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTemporaryFolder } from '../faults/temporary.js';
import { ShojiProcess } from './shoji-process.js';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));

describe('shoji', () => {
  it('shows its commands, and exits 0', async () => {
    for (const args of [[], ['--help'], ['help']]) {
      const { code, output } = await ShojiProcess.run(args);
      assert.equal(code, 0);
      assert.match(output, /serve MODULE.*validate SOURCE.*convert FILE.*check URL/s);
    }
  });

  it('shows its version', async () => {
    const { code, output } = await ShojiProcess.run(['--version']);
    assert.equal(code, 0);
    assert.match(output, /^\d+\.\d+\.\d+\n$/);
  });

  it('exits 2 on a command that there is not', async () => {
    const { code, output } = await ShojiProcess.run(['server']);
    assert.equal(code, 2);
    assert.match(output, /no command "server"; write one of serve, validate, convert, check/);
  });

  it('validates standard input', async () => {
    const valid = await ShojiProcess.run(['validate', '-'], {
      input: '{"element": "shoji:catalog", "self": ""}',
    });
    assert.equal(valid.code, 0, valid.output);
    const invalid = await ShojiProcess.run(['validate', '-'], { input: '{"element": "shoji:catalog"}' });
    assert.equal(invalid.code, 1, invalid.output);
  });
});

describe('shoji serve', () => {
  it('serves the API of a folder of TypeScript, once compiled', async () => {
    const server = await ShojiProcess.serve('examples/users');
    try {
      const response = await fetch(server.address);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'application/shoji+json');
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });

  it('serves a Koa application that a module exports', async () => {
    await inTemporaryFolder(async (folder) => {
      const server = await ShojiProcess.serve('examples/shop', { STORE: join(folder, 'shop.db') });
      try {
        assert.equal((await fetch(server.address)).status, 200);
      } finally {
        assert.equal(await server.stop(), 0);
      }
      // What SQLite has beside the file while it is open is gone once the store is closed.
      assert.deepEqual(await readdir(folder), ['shop.db']);
    });
  });

  it('shows what stands before its paths to the outside by --base, in place of what the module says', async () => {
    const server = await ShojiProcess.serve('examples/users', {}, ['--base', 'https://bücher.example/shop/']);
    try {
      const response = await fetch(`${server.address}users/`);
      assert.equal(
        ((await response.json()) as { self: string }).self,
        'https://xn--bcher-kva.example/shop/users/',
      );
      const missing = await fetch(`${server.address}none`);
      assert.equal(((await missing.json()) as { type: string }).type, '/shop/problems/not-found');
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });

  it('exits 2 where --base is given and the module keeps its API to itself', async () => {
    const args = ['serve', '--base', 'https://a.example', fixture('application')];
    const { code, output } = await ShojiProcess.run(args);
    assert.equal(code, 2, output);
    assert.match(output, /exports an application only, which --base says nothing to; export its api too/);
  });

  it('keeps idle connections for as long as --keep-alive says', async () => {
    const server = await ShojiProcess.serve('examples/users', {}, ['--keep-alive', '65000']);
    try {
      const response = await fetch(server.address, { headers: { Connection: 'keep-alive' } });
      assert.equal(response.headers.get('keep-alive'), 'timeout=65');
      await response.text();
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`[H66] answers what is in flight on ${signal}, takes no more, and exits 0`, async () => {
      const server = await ShojiProcess.serve(fixture('slow'));
      const answer = fetch(`${server.address}slow`);
      await server.printed('asked');
      const stopped = server.stop(signal);
      const response = await answer;
      assert.equal(response.status, 200);
      assert.equal(await response.json(), 'answered');
      assert.equal(await stopped, 0);
      await assert.rejects(fetch(server.address));
    });
  }

  it('exits 1 and lists what is wrong with the declarations', async () => {
    const { code, output } = await ShojiProcess.run(['serve', fixture('wrong')]);
    assert.equal(code, 1);
    assert.match(output, /2 declarations are wrong.*Books\.iri "books".*"books\/"/s);
    assert.doesNotMatch(output, /\n\s+at /);
  });

  it('lists what is wrong also where the module has a copy of the package of its own', async () => {
    await inTemporaryFolder(async (folder) => {
      const root = fileURLToPath(new URL('../../..', import.meta.url));
      const copy = join(folder, 'node_modules/koa-shoji');
      await cp(join(root, 'dist/bundle'), join(copy, 'dist/bundle'), { recursive: true });
      await cp(join(root, 'package.json'), join(copy, 'package.json'));
      await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
      await cp(fixture('wrong'), join(folder, 'index.mjs'));
      const { code, output } = await ShojiProcess.run(['serve', folder]);
      assert.equal(code, 1);
      assert.match(output, /2 declarations are wrong.*Books\.iri "books".*"books\/"/s);
      assert.doesNotMatch(output, /\n\s+at /);
    });
  });

  it('exits 2 where the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await ShojiProcess.run(['serve', 'examples/users'], {
      env: { PORT: String(port) },
    });
    taken.close();
    assert.equal(code, 2);
    assert.match(output, new RegExp(`port ${port}: the port is taken`));
  });

  const usage: readonly [string, readonly string[], RegExp][] = [
    ['no module', ['serve'], /no module is given/],
    ['two modules', ['serve', 'a', 'b'], /one module is served; found b besides a/],
    ['a module that is not there', ['serve', 'nowhere'], /there is no module at nowhere/],
    ['a folder without an index', ['serve', 'examples'], /has none of index\.js/],
    ['a module that exports no API', ['serve', fixture('nothing')], /exports no API \(it exports version\)/],
    ['a port that is none', ['serve', '--port', '70000', 'examples/users'], /the port is "70000"/],
    [
      'an option that there is not',
      ['serve', '--prot', '1', 'examples/users'],
      /--prot.*--port, --host.*and --help/,
    ],
    [
      'a level that there is not',
      ['serve', '--log', 'loud', 'examples/users'],
      /--log is "loud"; write trace or debug/,
    ],
    [
      'a time that is none',
      ['serve', '--grace', '5s', 'examples/users'],
      /--grace is "5s"; write a whole number/,
    ],
    [
      'a time that no timer waits',
      ['serve', '--drain', '9999999999', 'examples/users'],
      /--drain is "9999999999"/,
    ],
  ];
  for (const [what, args, message] of usage) {
    it(`exits 2 on ${what}`, async () => {
      const { code, output } = await ShojiProcess.run(args);
      assert.equal(code, 2, output);
      assert.match(output, message);
    });
  }

  it('exits 2 where the environment names a level that there is not', async () => {
    const { code, output } = await ShojiProcess.run(['serve', fixture('busy')], {
      env: { LOG_LEVEL: 'loud' },
    });
    assert.equal(code, 2);
    assert.match(output, /LOG_LEVEL is "loud"; write trace or debug/);
  });

  it('exits 1 where the store cannot be opened, with one line that says what to do', async () => {
    const said = (name: string) =>
      `shoji serve: the store${name} cannot be opened: nothing listens at 127.0.0.1:1; ` +
      'see that the database runs, and that STORE or the module names it rightly\n';
    for (const [env, name] of [
      [{}, ''],
      [{ STORE: 'nowhere/books.db' }, ' "nowhere/books.db"'],
      [{ STORE: 'postgres://ada:secret@127.0.0.1:1/books' }, ' "postgres://…@127.0.0.1:1/books"'],
    ] as const) {
      const { code, output } = await ShojiProcess.run(['serve', fixture('unreachable')], { env });
      assert.equal(code, 1);
      assert.equal(output, said(name));
    }
  });

  it('exits 1 where what is stored cannot be what is declared, with one line that says why', async () => {
    await inTemporaryFolder(async (folder) => {
      const env = { STORE: join(folder, 'books.db') };
      const server = await ShojiProcess.serve(fixture('unique'), env);
      try {
        for (const from of ['first', 'second']) {
          const made = await fetch(`${server.address}books/`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ element: 'shoji:entity', title: from, body: { title: 'Same' } }),
          });
          assert.equal(made.status, 201);
        }
      } finally {
        await server.stop();
      }
      const refused = ['serve', fixture('unique')];
      const { code, output } = await ShojiProcess.run(refused, {
        env: { ...env, UNIQUE: '1', LOG_LEVEL: 'info' },
      });
      assert.equal(code, 1);
      assert.match(output, /^shoji serve: the API does not start: [^\n]*"title"[^\n]*\n$/);
      const much = await ShojiProcess.run(['serve', '--log', 'debug', fixture('unique')], {
        env: { ...env, UNIQUE: '1' },
      });
      assert.equal(much.code, 1);
      assert.match(much.output, /the API does not start: .*\n\s+at /s);
    });
  });

  it('exits 1 and says so where the module, or its store, waits for what never comes', async () => {
    const loading = await ShojiProcess.run(['serve', fixture('endless')]);
    assert.equal(loading.code, 1);
    assert.match(
      loading.output,
      /^shoji serve: \S+endless\.js never finishes loading: it awaits at its top level what nothing is left to bring\n$/,
    );
    const opening = await ShojiProcess.run(['serve', fixture('endless-store')]);
    assert.equal(opening.code, 1);
    assert.equal(opening.output, 'shoji serve: the store never opens: nothing is left that could\n');
  });

  it('shows its help', async () => {
    const { code, output } = await ShojiProcess.run(['serve', '--help']);
    assert.equal(code, 0);
    assert.match(output, /Usage: shoji serve/);
  });
});
