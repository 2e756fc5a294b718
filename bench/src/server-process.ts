import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CannotTakePart } from './contestant.js';
import type { Contestant } from './contestant.js';
import { pinned } from './cores.js';
import type { FromServer, ToServer } from './serve.js';
import type { AppSpec } from './users.js';

/**
 * V8 lets the young generation grow to this as it comes to it, such as by filling a store, and never at the same time:
 * all have it from the start, in mebibytes.
 */
const YOUNG_GENERATION = 16;

const SERVE = fileURLToPath(new URL('serve.js', import.meta.url));

/** How long a contestant may take to listen, in milliseconds; a million entities take their time. */
const STARTING_TIME = 120_000;

type Message<K extends FromServer['kind']> = Extract<FromServer, { kind: K }>;

export type Usage = Message<'usage'>;

/** A contestant that serves, in a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess;
  /** Fulfilled once the process has ended, with what that is reported as. */
  readonly #end: Promise<FromServer>;
  readonly port: number;
  /** What it says of itself. */
  readonly described: Omit<Contestant, 'serve'>;

  private constructor(
    child: ChildProcess,
    end: Promise<FromServer>,
    { port, ...described }: Message<'ready'>,
  ) {
    this.#child = child;
    this.#end = end;
    this.port = port;
    this.described = described;
  }

  /**
   * @param core - to pin it to
   * @param nodeOptions - options of `node` itself
   * @throws {CannotTakePart} with the reason
   */
  static async start(
    contestant: string,
    spec: AppSpec,
    core: number | undefined,
    nodeOptions: readonly string[] = [],
  ): Promise<ServerProcess> {
    const [program, ...words] = pinned(core, [
      process.execPath,
      `--min-semi-space-size=${YOUNG_GENERATION}`,
      ...nodeOptions,
      SERVE,
      contestant,
      JSON.stringify(spec),
    ]);
    const child = spawn(program, words, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const end = endOf(child);
    const message = await Promise.race([
      next(child),
      end,
      sleep(STARTING_TIME, undefined, { ref: false }).then(() => failed('it does not listen in time')),
    ]);
    if (message.kind === 'ready') return new ServerProcess(child, end, message);
    child.kill('SIGKILL');
    throw new CannotTakePart(message.kind === 'failed' ? message.reason : 'it answers out of turn');
  }

  /**
   * CPU time in seconds and memory in bytes, since the process began.
   *
   * @throws {CannotTakePart} where it has ended
   */
  async usage(): Promise<Usage> {
    this.#tell('usage');
    const message = await Promise.race([next(this.#child), this.#end]);
    if (message.kind === 'usage') return message;
    throw new CannotTakePart(message.kind === 'failed' ? message.reason : 'it answers out of turn');
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#tell('stop');
    await this.#end;
  }

  #tell(message: ToServer): void {
    // Where it has ended, that is found out by waiting for it.
    this.#child.send(message, () => undefined);
  }
}

async function next(child: ChildProcess): Promise<FromServer> {
  const [message] = (await once(child, 'message')) as [FromServer];
  return message;
}

async function endOf(child: ChildProcess): Promise<FromServer> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return failed(`its process ended with ${code ?? signal}`);
}

function failed(reason: string): FromServer {
  return { kind: 'failed', reason };
}
