import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { canMount } from './small-disk.js';

/**
 * Skips a test where something is not to be had, and says so; with REQUIRE_FAULTS=1 in the environment the test
 * fails instead.
 */
function skip(test: Mocha.Context, reason: string): void {
  if (process.env['REQUIRE_FAULTS'] === '1') throw new Error(`REQUIRE_FAULTS=1, but ${reason}`);
  console.log(`      skipped: ${reason}`);
  test.skip();
}

/** For tests that trace a server's system calls. */
export function needTracing(test: Mocha.Context): void {
  const probe = ['-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'];
  if (spawnSync('strace', probe).status !== 0) skip(test, 'strace is not installed, or not allowed to trace');
}

/** For tests that need a small disk. */
export async function needMounting(test: Mocha.Context): Promise<void> {
  if (!(await canMount())) skip(test, 'this user may not mount a tmpfs');
}

/** For tests that look at a process from outside. */
export function needProc(test: Mocha.Context): void {
  if (!existsSync('/proc/self/status')) skip(test, 'this system has no /proc');
}
