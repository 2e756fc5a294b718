import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const mocha = join(createRequire(import.meta.url).resolve('mocha'), '../bin/mocha.js');

/** A run of one file of tests. */
class Run {
  output = '';
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown[]>;

  constructor(file: string, env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(
      process.execPath,
      [mocha, '--no-config', '--require', join(here, 'root-hooks.js'), join(here, 'fixtures', file)],
      { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#closed = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Waits until a text stands in its output. @returns what the first group of the expression holds */
  async printed(text: RegExp): Promise<string> {
    for (;;) {
      const found = text.exec(this.output)?.[1];
      if (found !== undefined) return found;
      await Promise.race([once(this.child.stdout, 'data'), this.#closed]);
    }
  }

  /** @returns its exit code */
  async ended(): Promise<unknown> {
    const [code] = await this.#closed;
    return code;
  }
}

/** Waits until there is no such process; a test that waits for ever runs into its time limit. */
async function gone(pid: string): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await sleep(20);
}

describe('a run of the tests', () => {
  before(function () {
    if (!existsSync('/proc/self/environ')) this.skip();
  });

  it('ends though a test has left a server and a process behind, says so, and fails', async () => {
    const run = new Run('left-open.js');
    const pid = await run.printed(/left behind: (\d+)/);
    assert.equal(await run.ended(), 1, run.output);
    assert.match(run.output, /1 failing/);
    assert.match(run.output, /The tests have ended, and .*TCPServerWrap.* keeps the process alive/);
    await gone(pid);
  });

  it('leaves no process behind when it is killed', async () => {
    const run = new Run('left-open.js');
    const pid = await run.printed(/left behind: (\d+)/);
    run.child.kill('SIGKILL');
    await run.ended();
    await gone(pid);
  });

  it('is in an order that its seed decides', async () => {
    const orders = [];
    for (const seed of ['1', '1', '2', '3', '4']) {
      const run = new Run('in-order.js', { SHUFFLE: seed });
      assert.equal(await run.ended(), 0, run.output);
      assert.match(run.output, new RegExp(`SHUFFLE=${seed}\\.`));
      orders.push(Array.from(run.output.matchAll(/ran (\d)/g), ([, name]) => name).join(''));
    }
    assert.equal(orders[0], orders[1]);
    assert.ok(new Set(orders).size > 1, orders.join(' '));
    for (const order of orders) assert.equal(order.split('').toSorted().join(''), '0123456789');
  });
});
