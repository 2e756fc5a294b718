import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** A fault of one kind of system call, as strace's option `inject` has it. */
export interface Injected {
  readonly calls: readonly string[];
  readonly error: 'EIO' | 'ENOSPC';
  /** Which calls fail, counted in each thread: `3` the third only, `3+` it and all after it. */
  readonly when: string;
  /** Only calls on these files. */
  readonly paths: readonly string[];
}

/** A running process whose system calls fail. */
export class Injection {
  readonly #tracer: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #log: string;

  private constructor(tracer: ChildProcess, closed: Promise<unknown>, log: string) {
    this.#tracer = tracer;
    this.#closed = closed;
    this.#log = log;
  }

  /** @param log - a file to write the calls to */
  static async begin(pid: number, { calls, error, when, paths }: Injected, log: string): Promise<Injection> {
    const names = calls.join(',');
    const traced = ['-f', '-p', String(pid), '-o', log, '-s', '0', '-e', `trace=${names}`];
    const failing = ['-e', `inject=${names}:error=${error}:when=${when}`];
    const named = paths.flatMap((path) => ['-P', path]);
    const tracer = spawn('strace', [...traced, ...failing, ...named], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const closed = once(tracer, 'close');
    let output = '';
    tracer.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    while (!output.includes(`Process ${pid} attached`)) {
      await Promise.race([once(tracer.stderr as NodeJS.ReadableStream, 'data'), closed]);
      if (tracer.exitCode !== null) throw new Error(`strace ended by itself: ${output}`);
    }
    return new Injection(tracer, closed, log);
  }

  /** Lets go of the process. @returns how many calls were made to fail */
  async end(): Promise<number> {
    this.#tracer.kill('SIGINT');
    await this.#closed;
    return (await readFile(this.#log, 'utf8')).split('(INJECTED)').length - 1;
  }
}
