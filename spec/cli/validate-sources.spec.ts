import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './validate-run.js';

const GOOD = '{"element": "shoji:catalog", "self": "/books/"}';
const sourcesOf = (stdout: string) =>
  JSON.parse(stdout).documents.map(({ source }: { source: string }) => source);

describe('shoji validate: sources', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoji-sources-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads folders recursively, by name, and each once whatever links lead to it', async () => {
    const root = join(folder, 'tree');
    mkdirSync(join(root, 'b/deep'), { recursive: true });
    for (const name of ['c.json', 'a.JSON', 'b/2.json', 'b/1.json', 'b/deep/x.json', 'b.txt']) {
      writeFileSync(join(root, name), GOOD);
    }
    writeFileSync(join(root, 'd.jsonl'), '1\n2\n');
    symlinkSync('..', join(root, 'b/loop'));
    symlinkSync('c.json', join(root, 'e.json'));
    symlinkSync('self', join(root, 'self'));
    const { code, stdout, stderr } = await run(['--format', 'json', root]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.deepEqual(
      sourcesOf(stdout),
      ['a.JSON', 'b/1.json', 'b/2.json', 'b/deep/x.json', 'c.json', 'd.jsonl:1', 'd.jsonl:2', 'e.json'].map(
        (name) => join(root, name),
      ),
    );
  });

  it('names links that lead nowhere, where they are named as documents', async () => {
    const root = join(folder, 'dangling');
    mkdirSync(root);
    symlinkSync('nowhere', join(root, 'x.json'));
    symlinkSync('nowhere', join(root, 'other'));
    const { code, stderr } = await run([root]);
    assert.equal(code, 2);
    assert.match(stderr, /^shoji validate: cannot read \S+x\.json: there is no such file;.*\n$/);
  });

  it('names folders that are kept from reading (not for root, who reads everything)', async function () {
    if (process.getuid?.() === 0) this.skip();
    const root = join(folder, 'secret');
    mkdirSync(root);
    chmodSync(root, 0);
    const { code, stderr } = await run([root]);
    chmodSync(root, 0o700);
    assert.equal(code, 2);
    assert.match(stderr, /it may not be read/);
  });

  it('finds no documents in an empty folder', async () => {
    const root = join(folder, 'empty');
    mkdirSync(root);
    const { code, stdout } = await run([root]);
    assert.equal(code, 0);
    assert.equal(stdout, '0 documents: 0 valid, 0 invalid; 0 errors, 0 warnings\n');
  });

  it('reads devices and named pipes', async function () {
    if (process.platform === 'win32') this.skip();
    assert.match((await run(['/dev/null'])).stdout, /\/dev\/null:1:1 error empty /);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = run([pipe]);
    const written = once(spawn('sh', ['-c', 'echo 387 > "$0"', pipe]), 'exit');
    assert.match((await reading).stdout, /pipe: valid Value document/);
    await written;
  });

  describe('of URLs', () => {
    let server: Server;
    let base: string;
    const asked: (string | undefined)[] = [];
    before(async () => {
      server = createServer((request, response) => {
        asked.push(request.headers.accept);
        if (request.url === '/moved') response.writeHead(301, { location: '/books/' }).end();
        else if (request.url === '/books/') response.end(GOOD);
        else if (request.url === '/all.ndjson') response.end(`${GOOD}\n{\n`);
        else response.writeHead(404).end(GOOD);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
      server.close();
    });

    it('asks for Shoji, follows redirects, and names what answered', async () => {
      const { code, stdout } = await run(['--format', 'json', `${base}/moved`, `${base}/all.ndjson`]);
      assert.equal(code, 1);
      assert.deepEqual(sourcesOf(stdout), [`${base}/books/`, `${base}/all.ndjson:1`, `${base}/all.ndjson:2`]);
      assert.equal(asked[0], 'application/shoji+json, application/shoji;q=0.9, application/json;q=0.8');
    });

    it('exits 2 on other statuses and where nobody answers', async () => {
      const { code, stderr } = await run([`${base}/gone`, 'http://127.0.0.1:1/']);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /cannot read \S+\/gone: it was answered with status 404; .*\n.*cannot read \S+:1\/: /,
      );
    });
  });
});
