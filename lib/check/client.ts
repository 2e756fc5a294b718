import { setMaxListeners } from 'node:events';
import type { Client, Failure, Outcome, Redirect, Request } from './exchange.js';
import { AddressGuard } from './net/address-guard.js';
import { withinTime } from './net/deadline.js';
import type { Reply } from './net/exchange.js';
import { Fault } from './net/fault.js';
import { readLimits } from './net/limits.js';
import type { Limits } from './net/limits.js';
import { composeMessage, readFields } from './net/message.js';
import type { Fields } from './net/message.js';
import { Origins } from './net/origins.js';
import { readRedirect } from './net/redirect.js';
import { readRetryAfter } from './net/retry-after.js';
import { readTarget } from './net/target.js';
import type { Target } from './net/target.js';
import { Transport } from './net/transport.js';
import { pause, Turns } from './net/turns.js';
import type { FetchOptions } from './options.js';

/**
 * Makes a client that fetches what documents of unknown authors link to.
 *
 * It connects to the start's origin and to `origins`, and to public addresses only. Addresses are checked
 * where a connection looks them up, for each hop of a redirect anew, so that no name can stand for one
 * address while it is checked and for another while it is used. The start's own origin may have whatever
 * address it has when it is first looked up. That an origin is among `origins` does not make its address
 * public: those who run its name server choose it, not those who wrote the option.
 *
 * A name that stands for public and for other addresses is refused. Credentials within an IRI are refused
 * too. `headers` are left out from where a redirect led from https to http.
 *
 * GET and HEAD that are answered 429 or 503 with a Retry-After (in seconds) of no more than `timeout` are
 * sent once more after that time; the second answer counts. Cookies are not kept.
 *
 * @param start - absolute IRI of the resource that everything begins at
 * @throws {TypeError} for origins or headers that are none
 * @throws {RangeError} for limits within which nothing could be fetched
 */
export function createClient(
  start: string,
  options: FetchOptions & { readonly signal?: AbortSignal },
): Client {
  return new LimitedClient(start, options);
}

class LimitedClient implements Client {
  readonly #limits: Limits;
  readonly #headers: Fields;
  readonly #origins: Origins;
  readonly #transport: Transport;
  readonly #turns: Turns;
  readonly #ending: AbortController = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #guard: AddressGuard;

  constructor(start: string, options: FetchOptions & { readonly signal?: AbortSignal }) {
    const startOrigin = originOf(start);
    this.#limits = readLimits(options);
    this.#headers = readFields(options.headers);
    this.#origins = new Origins(startOrigin, options.origins ?? []);
    this.#guard = new AddressGuard(startOrigin, options);
    this.#transport = new Transport(this.#guard, this.#limits.bytes);
    this.#turns = new Turns(this.#limits.concurrency, this.#limits.rate);
    // Each request under way listens to it, so that the usual bound, which is to find leaks, finds none here.
    setMaxListeners(0, this.#ending.signal);
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#stop, { once: true });
    if (this.#signal?.aborted === true) this.#stop();
  }

  get requests(): number {
    return this.#transport.sent;
  }

  async send(request: Request): Promise<Outcome> {
    try {
      const reply = await this.#fetch(request, readTarget(request.iri), this.#headers);
      return { type: 'answer', iri: request.iri, ...reply, redirects: [] };
    } catch (error) {
      return failureOf(error, request.iri, []);
    }
  }

  async follow(request: Request): Promise<Outcome> {
    if (!isRead(request.method)) {
      throw new TypeError(`${request.method} is not followed, only GET and HEAD; use send()`);
    }
    const redirects: Redirect[] = [];
    let { iri } = request;
    let headers = this.#headers;
    try {
      for (let from = readTarget(iri); ;) {
        const reply = await this.#fetch(request, from, headers);
        const to = readRedirect(iri, reply);
        if (to === undefined) return { type: 'answer', iri, ...reply, redirects };
        this.#checkRedirects(redirects, iri, to);
        redirects.push({ from: iri, to, status: reply.status });
        iri = to;
        const target = readTarget(to);
        // What was to be read by nobody on the way is not sent in clear because a server says so.
        if (from.secure && !target.secure) headers = {};
        from = target;
      }
    } catch (error) {
      return failureOf(error, iri, redirects);
    }
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#stop);
    this.#ending.abort(new Fault('stopped', 'the client is closed'));
    this.#transport.close();
  }

  /** Makes a request when its turn comes; once more, later, where the server asks for that. */
  async #fetch(request: Request, target: Target, configured: Fields): Promise<Reply> {
    this.#guard.checkLiteral(target);
    this.#origins.check(target);
    const message = composeMessage(request, configured);
    const { signal } = this.#ending;
    const exchange = () =>
      withinTime(this.#limits.timeout, signal, (ending) => this.#transport.send(target, message, ending));
    let again = false;
    const reply = await this.#turns.take(signal, async () => {
      const first = await exchange();
      const wait = isRead(request.method) ? readRetryAfter(first) : undefined;
      if (wait === undefined || wait > this.#limits.timeout) return first;
      // Its turn lasts while it waits, so that the server has less to do meanwhile.
      await pause(wait, signal);
      again = true;
      return first;
    });
    return again ? this.#turns.take(signal, exchange) : reply;
  }

  #checkRedirects(redirects: readonly Redirect[], iri: string, to: string): void {
    // Without cookies, an IRI that was asked for once redirects to where it did.
    if (to === iri || redirects.some(({ from }) => from === to)) {
      throw new Fault(
        'too-many-redirects',
        `it redirects to ${to}, which redirects to it: a loop without end`,
      );
    }
    if (redirects.length < this.#limits.redirects) return;
    throw new Fault(
      'too-many-redirects',
      `it redirects to ${to} after ${redirects.length} redirects already; link to where they end`,
    );
  }

  readonly #stop = (): void => this.#ending.abort(new Fault('stopped', 'the walk was stopped'));
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The origin of a start that can be fetched; why one cannot be, each request says. */
function originOf(start: string): string | undefined {
  try {
    return readTarget(start).origin;
  } catch {
    return undefined;
  }
}

function failureOf(error: unknown, iri: string, redirects: readonly Redirect[]): Failure {
  if (!(error instanceof Fault)) throw error;
  return { type: 'failure', iri, reason: error.reason, message: error.message, redirects };
}
