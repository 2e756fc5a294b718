import { setMaxListeners } from 'node:events';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { createRequire } from 'node:module';
import { checkIri } from '../../protocol/iri/check-iri.js';
import { resolveIri } from '../../protocol/iri/resolve-iri.js';
import { AddressGuard } from './address-guard.js';
import { AllowedOrigins, readTarget } from './fetch-target.js';
import type { Target } from './fetch-target.js';
import { FetchError } from './fetch.js';
import type {
  FetchFailure,
  FetchOptions,
  FetchOutcome,
  FetchRequest,
  HttpClient,
  Redirect,
} from './fetch.js';
import { pause, Semaphore } from './semaphore.js';
import { ACCEPT_ENCODING, Transport, withinTime } from './transport.js';
import type { HttpMessage, HttpReply } from './transport.js';

/**
 * Makes a client that fetches what documents of unknown authors link to.
 *
 * It connects to the start's origin and to `origins`, and to public addresses only. Addresses are checked
 * where a connection looks them up, for each hop of a redirect anew, so that no name can stand for one
 * address while it is checked and for another while it is used. The start's own origin may have whatever
 * address it has when it is first looked up. That an origin is among `origins` does not make its address
 * public: its name server chooses that, not the author of the option.
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
): HttpClient {
  return new LimitedClient(start, options);
}

/** The limits of {@link FetchOptions}, with what holds where nothing is said. */
interface FetchLimits {
  readonly redirects: number;
  readonly bytes: number;
  readonly timeout: number;
  readonly concurrency: number;
  readonly rate: number;
}

/** Header fields by lower-case name. */
type HeaderFields = Readonly<Record<string, string>>;

class LimitedClient implements HttpClient {
  readonly #limits: FetchLimits;
  readonly #headers: HeaderFields;
  readonly #origins: AllowedOrigins;
  readonly #transport: Transport;
  readonly #turns: Semaphore;
  readonly #ending: AbortController = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #guard: AddressGuard;

  constructor(start: string, options: FetchOptions & { readonly signal?: AbortSignal }) {
    const startOrigin = originOf(start);
    this.#limits = readFetchLimits(options);
    this.#headers = readFields(options.headers);
    this.#origins = new AllowedOrigins(startOrigin, options.origins ?? []);
    this.#guard = new AddressGuard(startOrigin, options);
    this.#transport = new Transport(this.#guard, this.#limits.bytes);
    this.#turns = new Semaphore(this.#limits.concurrency, this.#limits.rate);
    // Each request under way listens to it, so that the usual bound, which is to find leaks, finds none here.
    setMaxListeners(0, this.#ending.signal);
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#stop, { once: true });
    if (this.#signal?.aborted === true) this.#stop();
  }

  get requests(): number {
    return this.#transport.sent;
  }

  async send(request: FetchRequest): Promise<FetchOutcome> {
    try {
      const reply = await this.#fetch(request, readTarget(request.iri), this.#headers);
      return { type: 'response', iri: request.iri, ...reply, redirects: [] };
    } catch (error) {
      return toFailure(error, request.iri, []);
    }
  }

  async follow(request: FetchRequest): Promise<FetchOutcome> {
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
        if (to === undefined) return { type: 'response', iri, ...reply, redirects };
        this.#checkRedirects(redirects, iri, to);
        redirects.push({ from: iri, to, status: reply.status });
        iri = to;
        const target = readTarget(to);
        // Secrets that were to be encrypted are not sent in clear because a server says so.
        if (from.secure && !target.secure) headers = {};
        from = target;
      }
    } catch (error) {
      return toFailure(error, iri, redirects);
    }
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#stop);
    this.#ending.abort(new FetchError('stopped', 'the client is closed'));
    this.#transport.close();
  }

  /** Makes a request when its turn comes; once more, later, where the server asks for that. */
  async #fetch(request: FetchRequest, target: Target, configured: HeaderFields): Promise<HttpReply> {
    this.#guard.checkLiteral(target);
    this.#origins.check(target);
    const message = composeMessage(request, configured);
    const { signal } = this.#ending;
    const exchange = () =>
      withinTime(this.#limits.timeout, signal, (ending) => this.#transport.send(target, message, ending));
    let again = false;
    const reply = await this.#turns.run(signal, async () => {
      const first = await exchange();
      const wait = isRead(request.method) ? readRetryAfter(first) : undefined;
      if (wait === undefined || wait > this.#limits.timeout) return first;
      // Its turn lasts while it waits, so that the server has less to do meanwhile.
      await pause(wait, signal);
      again = true;
      return first;
    });
    return again ? this.#turns.run(signal, exchange) : reply;
  }

  #checkRedirects(redirects: readonly Redirect[], iri: string, to: string): void {
    // Without cookies, an IRI that was asked for once redirects to where it did.
    if (to === iri || redirects.some(({ from }) => from === to)) {
      throw new FetchError(
        'too-many-redirects',
        `it redirects to ${to}, which redirects to it: a loop without end`,
      );
    }
    if (redirects.length < this.#limits.redirects) return;
    throw new FetchError(
      'too-many-redirects',
      `it redirects to ${to} after ${redirects.length} redirects already; link to where they end`,
    );
  }

  readonly #stop = (): void => this.#ending.abort(new FetchError('stopped', 'the walk was stopped'));
}

/** The origin of a start that can be fetched; why one cannot be, each request says. */
function originOf(start: string): string | undefined {
  try {
    return readTarget(start).origin;
  } catch {
    return undefined;
  }
}

/** @throws {RangeError} for a number under which nothing could be fetched, or is none */
function readFetchLimits({
  redirects = MAX_REDIRECTS,
  bytes = 16 * 1024 * 1024,
  timeout = 10_000,
  concurrency = 4,
  rate = Infinity,
}: FetchOptions): FetchLimits {
  return {
    redirects: Math.min(atLeast(0, 'redirects', redirects), MAX_REDIRECTS),
    bytes: atLeast(1, 'bytes', bytes),
    timeout: Math.min(atLeast(1, 'timeout', timeout), MAX_TIMER_MS),
    concurrency: Math.floor(atLeast(1, 'concurrency', concurrency)),
    rate: above(0, 'rate', rate),
  };
}

/** Most redirects after one another that can be asked for. */
const MAX_REDIRECTS = 5;

function atLeast(least: number, name: string, value: number): number {
  if (value >= least) return value;
  throw new RangeError(`The option ${name} is ${value}; write a number of at least ${least}`);
}

/** The longest that a timer can wait for, in milliseconds; a longer time ends at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function above(bound: number, name: string, value: number): number {
  if (value > bound) return value;
  throw new RangeError(`The option ${name} is ${value}; write a number above ${bound}`);
}

/**
 * Reads the fields that are configured for every request.
 *
 * @throws {TypeError} for a name or a value that no field can have
 */
function readFields(headers: HeaderFields = {}): HeaderFields {
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return lowerCaseNames(headers);
}

function lowerCaseNames(headers: HeaderFields): HeaderFields {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function toFailure(error: unknown, iri: string, redirects: readonly Redirect[]): FetchFailure {
  if (!(error instanceof FetchError)) throw error;
  return { type: 'failure', iri, reason: error.reason, message: error.message, redirects };
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * Reads where an answer redirects to.
 *
 * @param iri - the IRI that answered
 * @returns absolute; undefined for an answer that is no redirect
 * @throws {FetchError} `malformed-redirect` where Location is missing, or no IRI
 */
function readRedirect(iri: string, { status, headers }: HttpReply): string | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const location = headers.get('location');
  if (location === undefined) {
    throw new FetchError(
      'malformed-redirect',
      `it answered ${status} without Location; say there where to go`,
    );
  }
  const reference = decodeUtf8(location);
  const fault = checkIri(reference);
  if (fault !== undefined) {
    const shown = JSON.stringify(reference.slice(0, 200));
    throw new FetchError(
      'malformed-redirect',
      `it answered ${status} with the Location ${shown}, which is no IRI: ${fault.message}`,
    );
  }
  return resolveIri(reference, iri);
}

/** Not 300, which leaves the choice to the user, and not 304, which leads nowhere. RFC 9110, section 15.4. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Fields come as one character a byte; UTF-8 is how servers write what they forgot to percent-encode. */
function decodeUtf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}

/**
 * Composes the message of a request; its own fields come before those that are configured. Those are left out of
 * TRACE, whose response would send tokens back.
 *
 * @see RFC 9110, section 9.3.8
 */
function composeMessage({ method, headers = {}, body }: FetchRequest, configured: HeaderFields): HttpMessage {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return {
    method,
    headers: {
      'accept-encoding': ACCEPT_ENCODING,
      'user-agent': USER_AGENT,
      ...(method === 'TRACE' ? {} : configured),
      ...lowerCaseNames(headers),
      ...length,
    },
    body,
  };
}

// By its own name, the package finds its file wherever it was compiled to.
const { version } = createRequire(import.meta.url)('koa-shoji/package.json') as { version: string };

/** Shown in the logs of servers. */
const USER_AGENT: string = `koa-shoji/${version} (shoji check)`;

/**
 * How long a server that has too much to do asks to be left alone. Only seconds are read: a date says how
 * long to wait only where the clocks of both sides agree.
 *
 * @returns milliseconds; undefined where it does not ask, or asks in another way
 * @see RFC 9110, section 10.2.3, and RFC 6585, section 4
 */
function readRetryAfter({ status, headers }: HttpReply): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const value = headers.get('retry-after') ?? '';
  return /^[0-9]+$/.test(value) ? Number(value) * 1000 : undefined;
}
