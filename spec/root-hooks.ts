import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Context, RootHookObject, Suite } from 'mocha';
import { Random } from './faults/random.js';

/**
 * What holds for every run of the tests: it ends, whatever fails, and leaves no process behind; and with `SHUFFLE`
 * in the environment, its suites and tests run in another order.
 */
export const mochaHooks: RootHookObject = {
  beforeAll(this: Context) {
    const seed = process.env['SHUFFLE'];
    if (seed !== undefined && this.test?.parent !== undefined) shuffle(this.test.parent, seed);
  },
  afterAll: endSoon,
};

/** How long what a test has left open may keep the process alive once all have run, in milliseconds. */
const LINGER = 5_000;

/** A server, a socket or a timer that a failed test has left behind would keep the process alive for ever. */
function endSoon(): void {
  const late = () => {
    const open = process.getActiveResourcesInfo().filter((name) => !STANDARD.has(name));
    console.error(`\nThe tests have ended, and ${open.join(', ') || 'something'} keeps the process alive.`);
    // Mocha sets the exit code to the number of failures when the process ends.
    process.once('exit', () => (process.exitCode ||= 1));
    process.exit();
  };
  setTimeout(late, LINGER).unref();
}

/** What standard input and output are, which every process has. */
const STANDARD: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap']);

/** Names this run in the environment of every process that it starts. */
const RUN = 'KOA_SHOJI_TEST_RUN';

/**
 * Ends the processes that the tests have started once this one is gone, however that came: then the pipe that the
 * watch reads from is closed. Where there is no /proc to find them in, they are left.
 */
function endChildrenWithThis(): void {
  const run = (process.env[RUN] = randomBytes(8).toString('hex'));
  const script = `
    read _
    for process in /proc/[0-9]*; do
      [ "$process" = "/proc/$$" ] && continue
      tr '\\0' '\\n' < "$process/environ" | grep -qx "$1" && kill -KILL "\${process#/proc/}"
    done 2> /dev/null`;
  const child = spawn('sh', ['-c', script, 'watch', `${RUN}=${run}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  (child.stdin as Socket).unref();
}

endChildrenWithThis();

/** Puts all suites below one, and the tests of each, into an order that the seed decides. */
function shuffle(root: Suite, given: string): void {
  const random = /^\d+$/.test(given) ? new Random(Number(given)) : new Random();
  console.log(`The order of the tests is that of SHUFFLE=${random.seed}.`);
  const visit = (suite: Suite) => {
    for (const list of [suite.tests, suite.suites] as unknown[][]) {
      for (let last = list.length - 1; last > 0; last--) {
        const other = random.below(last + 1);
        [list[last], list[other]] = [list[other], list[last]];
      }
    }
    for (const child of suite.suites) visit(child);
  };
  visit(root);
}
