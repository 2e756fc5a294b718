import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { callsOf } from './calls.js';
import type { Calls } from './calls.js';
import type { Size } from './counted-apis.js';
import type { Order, Ports } from './counted-server.js';
import type { Readings } from './meters.js';

/** A request that is made again and again. */
export interface Asked {
  readonly port: number;
  readonly path: string;
  /** Default: GET. */
  readonly method?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** A field that has another number in each request. */
  readonly numbered?: string;
  /** JSON. */
  readonly body?: string;
  /** Of every answer; another one is an error. Default: 200. */
  readonly status?: number;
}

/** How many requests come before all counts of a server, and before each, so that what is done once is done. */
const WARM_UP = 50;
const RENEWED = 5;

/** How many requests a count is of. Counts are exact: more would say the same. */
const COUNTED = 10;

/** Of how many requests bytes are counted at once, and how often at most. */
const WEIGHED = 20;
const WEIGHINGS = 25;

/**
 * Without the optimising compilers a program calls, turns and allocates what is written; with them, what they
 * think best by the timing of the moment. The young generation is so large that nothing is collected in a count.
 */
const FLAGS = [
  '--no-opt',
  '--no-maglev',
  '--expose-gc',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
];

const PROGRAM = new URL('counted-server.js', import.meta.url);
const BUILT = new URL('../../', import.meta.url);

/** A process of its own that serves APIs and counts what it does for a request. */
export class CountedServer {
  readonly #child: ChildProcess;
  #asked = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor() {
    // What runs the tests may count too; the two would take each other's counts away.
    const env = { ...process.env, NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined };
    this.#child = fork(PROGRAM, { env, execArgv: FLAGS });
  }

  static async start(): Promise<CountedServer> {
    const server = new CountedServer();
    await server.#answer();
    return server;
  }

  /** Ends the process, and all that it serves. */
  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  /** Serves one more API, in each of the ways. */
  async serve(size: Size): Promise<Ports> {
    const ports = await this.#order<Ports>({ serve: size });
    for (const port of Object.values(ports)) await this.#ask({ port, path: '/users/1/' }, WARM_UP);
    return ports;
  }

  /** Calls for each request, of the library and of packages. */
  async calls(asked: Asked): Promise<Calls> {
    return callsOf(await this.#count('calls', asked, COUNTED), BUILT.href, COUNTED);
  }

  /** Promises for each request, by whomever they are made. */
  async promises(asked: Asked): Promise<number> {
    return (await this.#count('promises', asked, COUNTED)) / COUNTED;
  }

  /** How often JSON is made or read for each request. */
  async texts(asked: Asked): Promise<number> {
    return (await this.#count('texts', asked, COUNTED)) / COUNTED;
  }

  /**
   * Bytes that each request takes of the heap, of which Node and Koa take most. For a while the engine may take some
   * for itself, some hundred requests long: the least of many counts is what requests take.
   *
   * @param enough - counting ends as soon as it is no more than this
   */
  async bytes(asked: Asked, enough = 0): Promise<number> {
    let least = Infinity;
    for (let weighing = 0; weighing < WEIGHINGS && least > enough; weighing++) {
      const bytes = await this.#count('bytes', asked, WEIGHED);
      if (bytes !== null) least = Math.min(least, bytes / WEIGHED);
    }
    return least;
  }

  /** One answer to a request. */
  async ask(asked: Asked): Promise<IncomingMessage> {
    const { port, path, method = 'GET', fields = {}, numbered, body, status = 200 } = asked;
    const headers = {
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
      ...fields,
      ...(numbered !== undefined && { [numbered]: String((this.#asked += 1)) }),
    };
    const sent = request({ agent: this.#agent, host: '127.0.0.1', port, path, method, headers }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    if (response.statusCode === status) return response;
    throw new Error(`${method} ${path} is answered with ${response.statusCode} in place of ${status}`);
  }

  async #count<M extends keyof Readings>(meter: M, asked: Asked, requests: number): Promise<Readings[M]> {
    await this.#ask(asked, RENEWED);
    await this.#order({ meter, step: 'begin' });
    await this.#ask(asked, requests);
    return this.#order({ meter, step: 'end' });
  }

  async #ask(asked: Asked, times: number): Promise<void> {
    for (let time = 0; time < times; time++) await this.ask(asked);
  }

  #order<T>(order: Order): Promise<T> {
    this.#child.send(order);
    return this.#answer();
  }

  async #answer<T>(): Promise<T> {
    const over = new AbortController();
    const { signal } = over;
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the server that counts ended with ${String(code)}`);
    });
    try {
      const [answer] = (await Promise.race([once(this.#child, 'message', { signal }), ended])) as [T];
      return answer;
    } finally {
      over.abort();
      ended.catch(() => undefined);
    }
  }
}
