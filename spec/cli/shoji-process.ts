import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');

/** The compiled command itself, running. */
export class ShojiProcess {
  /** Everything that it has printed, on either stream. */
  output = '';
  /** Of it, what came on standard error. */
  errors = '';
  readonly child: ChildProcess;
  readonly #exited: Promise<unknown[]>;

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [join(root, 'dist/bundle/cli.js'), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    this.#exited = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.child.stderr?.on('data', (text: string) => (this.errors += text));
  }

  /** Runs a command to its end. */
  static async run(
    args: readonly string[],
    { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<{ code: number | null; output: string }> {
    const shoji = new ShojiProcess(args, env);
    shoji.child.stdin?.end(input);
    const [code] = await shoji.#exited;
    return { code: code as number | null, output: shoji.output };
  }

  /** Starts `shoji serve` on a free port, and waits until it says where. */
  static async serve(
    module: string,
    env: NodeJS.ProcessEnv = {},
    options: readonly string[] = [],
  ): Promise<ShojiProcess> {
    const shoji = new ShojiProcess(['serve', ...options, module], { PORT: '0', ...env });
    while (!shoji.output.includes('http://')) {
      const ended = await Promise.race([
        once(shoji.child.stdout as NodeJS.ReadableStream, 'data'),
        shoji.#exited,
      ]);
      if (shoji.child.exitCode !== null)
        throw new Error(`shoji serve ended: ${shoji.output || String(ended)}`);
    }
    return shoji;
  }

  get address(): string {
    return /http:\/\/\S+/.exec(this.output)?.[0] ?? '';
  }

  /** The lines of the log so far. */
  get log(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.errors.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  }

  /** Waits until it has printed a text, on either stream. */
  async printed(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      await Promise.race(
        [this.child.stdout, this.child.stderr].map((stream) => once(stream as NodeJS.ReadableStream, 'data')),
      );
    }
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    const [code] = await this.#exited;
    return code as number | null;
  }
}
