import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Skips a test, and says so, where system calls cannot be traced. For use in hooks. */
export const needStrace = function (this: Mocha.Context): void {
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0) return;
  console.log('      skipped: strace is not installed, or may not trace');
  this.skip();
};

export interface Traced {
  /** What the program wrote to its standard output, by lines. */
  readonly output: readonly string[];
  /** Its system calls, each at the moment of its return. */
  readonly calls: readonly string[];
}

/** Runs a Node program under strace. @param expressions - values of strace's option `-e` */
export function trace(expressions: readonly string[], program: readonly string[]): Traced {
  const directory = mkdtempSync(join(tmpdir(), 'shoji-trace-'));
  try {
    const log = join(directory, 'log');
    const options = ['-f', '-o', log, ...expressions.flatMap((each) => ['-e', each])];
    const { status, stdout, stderr } = spawnSync('strace', [...options, process.execPath, ...program], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the traced program fails: ${stderr}`);
    return { output: stdout.trim().split('\n'), calls: returned(readFileSync(log, 'utf8').split('\n')) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Calls whole, also those that another thread came in between of: what they are given stands where they begin. */
function returned(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, thread = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const [, beginning] = /^(.*) <unfinished \.\.\.>$/.exec(call) ?? [];
    if (beginning !== undefined) {
      begun.set(thread, beginning);
      return [];
    }
    const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(call) ?? [];
    return [end === undefined ? line : `${thread} ${begun.get(thread) ?? ''}${end}`];
  });
}
