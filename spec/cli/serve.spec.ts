import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { ShojiProcess } from './shoji-process.js';

const fixture = (name: string) => `dist/spec/cli/fixtures/${name}.js`;

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
    const server = await ShojiProcess.serve('examples/shop');
    try {
      assert.equal((await fetch(server.address)).status, 200);
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`[H66] answers what is in flight on ${signal}, takes no more, and exits 0`, async () => {
      const server = await ShojiProcess.serve(fixture('slow'));
      const answer = fetch(`${server.address}slow`);
      while (!server.output.includes('asked'))
        await once(server.child.stdout as NodeJS.ReadableStream, 'data');
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
    ['an option that there is not', ['serve', '--prot', '1', 'examples/users'], /--prot.*--port PORT/],
  ];
  for (const [what, args, message] of usage) {
    it(`exits 2 on ${what}`, async () => {
      const { code, output } = await ShojiProcess.run(args);
      assert.equal(code, 2, output);
      assert.match(output, message);
    });
  }

  it('shows its help', async () => {
    const { code, output } = await ShojiProcess.run(['serve', '--help']);
    assert.equal(code, 0);
    assert.match(output, /Usage: shoji serve/);
  });
});
