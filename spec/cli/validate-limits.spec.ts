import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ShojiProcess } from './shoji-process.js';
import { run } from './validate-run.js';

const main = join(dirname(fileURLToPath(import.meta.url)), '../../bundle/cli.js');
const SMALL = { inProcess: 100, line: 2 ** 20 };
const entities = (count: number) =>
  `{"element": "shoji:catalog", "self": "", "entities": [${'1,'.repeat(count - 1)}1]}`;

describe('shoji validate: limits', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoji-limits-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('judges large documents in a process of their own, with the same report', async () => {
    const path = join(folder, 'large.json');
    writeFileSync(path, entities(2500));
    for (const format of ['text', 'json', 'sarif', 'junit']) {
      const apart = await run(['--format', format, path], '', SMALL);
      assert.deepEqual(apart, await run(['--format', format, path]));
      assert.equal(apart.code, 1);
    }
    const lines = await run(['--ndjson', '-'], `1\n${entities(2500)}\n`, SMALL);
    assert.deepEqual(lines, await run(['--ndjson', '-'], `1\n${entities(2500)}\n`));
  });

  it('ends once a large document is judged, whether there is something to say about it or not', async () => {
    for (const [item, code] of [
      ['"1/"', 0],
      ['1e999', 1],
    ] as const) {
      const input = `[${item}${',0'.repeat(9_000_000)}]`;
      const ended = await ShojiProcess.run(['validate', '--quiet', '-'], { input });
      assert.equal(ended.code, code);
    }
  });

  it('says so where one needs more memory than there is, and goes on', async () => {
    const path = join(folder, 'heavy.json');
    writeFileSync(path, `[${'{},'.repeat(1_500_000)}{}]`);
    const { code, stdout, stderr } = await run([path, '-'], '1', { ...SMALL, heap: 30 });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^shoji validate: cannot read \S+: it needs more than 30 MiB of memory to be judged; .*\n$/,
    );
    assert.match(stdout, /^1 document: 1 valid/m);
  });

  it('judges 100,000 levels', async () => {
    const { code, stdout } = await run(['-'], `${'{"a":['.repeat(50_000)}${']}'.repeat(50_000)}`);
    assert.equal(code, 1);
    assert.match(stdout, / error too-deep /);
  });

  it('ends where nobody reads on', async () => {
    const child = spawn(process.execPath, [main, 'validate', '--ndjson', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {});
    const exited = once(child, 'exit');
    const said = textOf(child.stderr);
    child.stdout.once('data', () => child.stdout.destroy());
    const feed = () => {
      while (child.exitCode === null && child.stdin.write('[1e999]\n'.repeat(1000)));
    };
    child.stdin.on('drain', feed);
    feed();
    await exited;
    assert.equal(await said, '');
  });

  it('sums up what is known on SIGINT', async () => {
    const child = spawn(process.execPath, [main, 'validate', '--ndjson', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    const said = textOf(child.stderr);
    child.stdin.write('1\n{\n');
    let shown = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      shown += chunk;
      if (shown.includes('-:2:') && !child.killed) child.kill('SIGINT');
    }
    assert.deepEqual(await exited, [130, null]);
    assert.match(shown, /^2 documents: 1 valid, 1 invalid;/m);
    assert.equal(await said, 'shoji validate: interrupted; the rest was not read\n');
  });

  describe('on a terminal', () => {
    // Of the environment that the tests run in, much could speak for or against colours.
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const terminal = (command: string, env: NodeJS.ProcessEnv = {}): string =>
      execFileSync('script', ['-qec', command, '/dev/null'], {
        encoding: 'utf8',
        env: { PATH, NODE_V8_COVERAGE, TERM: 'xterm-256color', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const many = (): string => {
      for (let at = 0; at < 30; at += 1) writeFileSync(join(folder, `many-${at}.json`), '1');
      return `${process.execPath} ${main} validate ${folder}/many-*.json`;
    };
    before(function () {
      try {
        terminal('true');
      } catch {
        this.test?.parent?.tests.forEach(
          (test) => (test.title += ' (skipped: there is no script(1) to make one)'),
        );
        this.skip();
      }
    });

    it('is coloured, unless NO_COLOR says no', () => {
      writeFileSync(join(folder, 'bad.json'), '{');
      const command = `${process.execPath} ${main} validate ${folder}/bad.json || true`;
      assert.ok(terminal(command).includes('\u001b[31merror'));
      assert.ok(!terminal(command, { NO_COLOR: '1' }).includes('\u001b['));
    });

    it('shows a bar with the time left, on stderr alone', () => {
      assert.match(terminal(many()), /█.*30\/30 files, .* left/);
      assert.doesNotMatch(terminal(`${many()} 2>/dev/null`), /left/);
      const output = terminal(`${many()} | cat > ${folder}/out.txt; cat ${folder}/out.txt`);
      assert.match(output, /30\/30 files/);
      assert.match(output, /\n30 documents: 30 valid/);
    });
  });
});
