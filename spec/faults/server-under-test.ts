import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const SERVE = [join(here, '../../lib/cli/main.js'), 'serve', join(here, 'fixtures/ledger-server.js')];

/** How many characters of what a server prints are kept, the latest. */
const OUTPUT_KEPT = 100_000;

export interface ServerOptions {
  /** What `shoji()` is given as its store. */
  readonly store: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What Node runs, with arguments. Default: `shoji serve` of the ledger. */
  readonly command?: readonly string[];
  /** A module that the process loads before any other. */
  readonly preload?: string;
  /** What stands before the command of the server, such as a tracer; it has to become the server's process. */
  readonly prefix?: readonly string[];
}

export interface Vitals {
  /** The longest time that the event loop was held up since this was last asked, in milliseconds. */
  readonly delay: number;
  /** How many requests are being answered. */
  readonly pending: number;
}

/** A server of the ledger in a process of its own. */
export class ServerUnderTest {
  readonly client: Client;
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #output: { text: string };
  readonly #closed: Promise<unknown>;

  private constructor(
    process: ChildProcess,
    address: string,
    output: { text: string },
    closed: Promise<unknown>,
  ) {
    this.#process = process;
    this.#output = output;
    this.#closed = closed;
    this.address = address;
    this.client = new Client(address);
  }

  /** Starts it on a free port, and waits until it listens. @throws {Error} with its output where it ends before */
  static async start({
    store,
    env = {},
    command = SERVE,
    preload,
    prefix = [],
  }: ServerOptions): Promise<ServerUnderTest> {
    const node = [process.execPath, ...(preload === undefined ? [] : ['--import', preload])];
    const [program = '', ...args] = [...prefix, ...node, ...command];
    const child = spawn(program, args, {
      env: { ...process.env, PORT: '0', STORE: store, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => (output.text = (output.text + text).slice(-OUTPUT_KEPT)));
    }
    for (;;) {
      const address = /http:\/\/[^\s"]+/.exec(output.text)?.[0];
      if (address !== undefined) return new ServerUnderTest(child, address, output, closed);
      await Promise.race([once(child.stdout, 'data'), closed]);
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the server ended by itself: ${output.text}`);
      }
    }
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** What it has printed last, on either stream. */
  get output(): string {
    return this.#output.text;
  }

  /** Sends a signal and waits for the end. @returns the exit code; null where the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.isRunning) this.#process.kill(signal);
    await this.#closed;
    this.client.close();
    return this.#process.exitCode;
  }

  /** The memory that it has in use, in bytes. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** How many files and connections it has open. */
  async descriptors(): Promise<number> {
    return (await readdir(`/proc/${this.pid}/fd`)).length;
  }

  /** How it is from within. */
  async vitals(): Promise<Vitals> {
    return (await this.client.get('/vitals')) as unknown as Vitals;
  }
}
