import { LRUCache } from 'lru-cache';
import { KeyedMutex } from '../keyed-mutex.js';
import { checkIri } from '../protocol/iri/check-iri.js';
import { iriToUri } from '../protocol/iri/normalise.js';
import type { Declaration } from '../declaration/declare.js';
import type { DeclaredProblem } from '../declaration/problem-definitions.js';
import type { ReadWriter, Store } from '../store/store.js';
import type { Caller, Guard } from './access.js';
import type { HttpResponse } from './http-message.js';
import { ListCache } from './render/list-cache.js';

/** The parts and options that an {@link ApiContext} is made of. */
export interface ApiSettings {
  readonly declaration: Declaration;
  readonly store: Store;
  /** What stands before every path to the outside, such as `https://api.example.org`. Default: nothing. */
  readonly base?: string | undefined;
  readonly absoluteLinks?: boolean | undefined;
  readonly guard?: Guard | undefined;
  readonly caller?: Caller | undefined;
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string | undefined;
  /** How long a method of a resource class may take, in milliseconds. Default 30,000. */
  readonly timeout?: number | undefined;
  /** Most bytes of a request's body. Default 1,048,576. */
  readonly bodyLimit?: number | undefined;
  /** The problem types of the API itself, by their names. */
  readonly problems?: ReadonlyMap<string, DeclaredProblem> | undefined;
}

/** The responses to GET of an entity, which are right for as long as the entity is at its version. */
export interface CachedEntity {
  readonly version: string;
  /** In milliseconds. */
  readonly updated: number | undefined;
  readonly etag: string | undefined;
  readonly response: HttpResponse & { readonly body: string };
  /** The 304 to a client that has it. */
  readonly notModified: HttpResponse;
}

/** How much of entities is kept, and how long one of them may be, in bytes: to make a long one takes little of its time. */
const MAX_ENTITY_BYTES = 16 * 1024 * 1024;
const MAX_BYTES_PER_ENTITY = 16 * 1024;

const BYTES_PER_CHARACTER = 2;

/** Caches store by these fields; what a guard let one caller see, no cache may give to another. */
const OPEN_CACHING: Readonly<Record<string, string>> = { vary: 'Accept', 'cache-control': 'no-cache' };
const GUARDED_CACHING: Readonly<Record<string, string>> = {
  vary: 'Accept, Authorization, Cookie',
  'cache-control': 'private, no-cache',
};

/** One API as the server knows it: its declaration and options, its open store, and all that is kept between requests. */
export class ApiContext {
  readonly declaration: Declaration;
  readonly store: Store;
  /** What GET and HEAD read from: the store, or a replica of it. */
  readonly replica: ReadWriter;
  readonly absoluteLinks: boolean;
  readonly guard: Guard | undefined;
  readonly caller: Caller | undefined;
  readonly challenge: string | undefined;
  readonly timeout: number;
  readonly bodyLimit: number;
  readonly problems: ReadonlyMap<string, DeclaredProblem>;
  /** The fields of every representation that say what caches may do with it. */
  readonly cacheFields: Readonly<Record<string, string>>;

  /** Requests of this process that must not run at the same time, by what they change. */
  readonly mutex: KeyedMutex = new KeyedMutex();
  /** The responses of entities that were sent last, by media type, IRI, and what of it the caller may see. */
  readonly entities: LRUCache<string, CachedEntity> = new LRUCache({
    maxSize: MAX_ENTITY_BYTES,
    maxEntrySize: MAX_BYTES_PER_ENTITY,
    sizeCalculation: ({ response: { body } }, key) => BYTES_PER_CHARACTER * (key.length + body.length),
  });
  /** The texts of lists that were sent last. */
  readonly lists: ListCache = new ListCache();
  /** The Host that was found valid last: a server is asked by the same name again and again. */
  lastValidHost: string | undefined;
  /** The latest time that the store has promised nothing more of, in milliseconds. */
  settledUntil: number = -Infinity;

  /** What stands before every path to the outside, without a trailing slash; may be empty. See {@link setBase}. */
  base: string;
  /** The path of the base: what stands before every path on the server itself; may be empty. */
  basePath: string;
  /** Whether the store is open: then a request need not wait for {@link start}. */
  isOpen = false;
  /** Whether a request was handled, after which the base is fixed. */
  hadRequests = false;
  #opening: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor({ declaration, store, base, ...options }: ApiSettings) {
    this.declaration = declaration;
    this.store = store;
    this.replica = replicaOf(store);
    this.absoluteLinks = options.absoluteLinks ?? false;
    this.guard = options.guard;
    this.caller = options.caller;
    this.challenge = options.challenge;
    this.timeout = options.timeout ?? 30_000;
    this.bodyLimit = options.bodyLimit ?? 1_048_576;
    this.problems = options.problems ?? new Map();
    this.cacheFields = this.guard === undefined ? OPEN_CACHING : GUARDED_CACHING;
    [this.base, this.basePath] = normaliseBase(base);
  }

  /**
   * @param base - a valid one; see {@link findBaseFault}
   * @throws {Error} where the API has had requests already: answers that are kept have the base in them
   */
  setBase(base: string): void {
    if (this.hadRequests) throw new Error('the API has had requests already; call setBase() before');
    [this.base, this.basePath] = normaliseBase(base);
  }

  /** Opens the store, once however often and at once it is asked for; after a failure it is tried again. */
  start(): Promise<void> {
    return (this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    }));
  }

  async check(): Promise<void> {
    this.#requireRunning();
    if (!this.isOpen) throw new Error('the API is not started; call start()');
    await this.store.check();
  }

  /** Closes the store for good. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#close());
  }

  async #open(): Promise<void> {
    this.#requireRunning();
    await this.store.open(this.declaration.plans);
    this.isOpen = true;
  }

  async #close(): Promise<void> {
    // A store that is being opened cannot be closed yet.
    const opening = this.#opening;
    this.#opening = undefined;
    await opening?.catch(() => undefined);
    this.isOpen = false;
    await this.store.close();
  }

  #requireRunning(): void {
    if (this.#stopping !== undefined) throw new Error('the API is stopped; make a new one by shoji()');
  }
}

/** The replica of a store, where it has one; what is written through it goes to the store itself. */
function replicaOf(store: Store): ReadWriter {
  const { replica } = store;
  if (replica === undefined) return store;
  return {
    get: (key, id) => replica.get(key, id),
    page: (key, request) => replica.page(key, request),
    iterate: (key, selection) => replica.iterate(key, selection),
    ids: (key, selection) => replica.ids(key, selection),
    count: (key, selection) => replica.count(key, selection),
    state: (key) => replica.state(key),
    write: (changes) => store.write(changes),
  };
}

/**
 * Finds what is wrong with the option `base`, as what goes after its name: "must be …".
 *
 * @returns undefined where nothing is
 */
export function findBaseFault(base: string): string | undefined {
  const isHttp = /^https?:\/\/[^/?#]+(?:\/[^?#]*)?$/i.test(base) && checkIri(base) === undefined;
  if (!isHttp || !URL.canParse(iriToUri(base))) {
    return 'must be an absolute http or https IRI without query or fragment, such as "https://api.example.org"';
  }
  return /^[^/]*\/\/[^/]*@/.test(base)
    ? 'must be without user and password, for every document shows it; write "https://api.example.org"'
    : undefined;
}

/** A base as documents show it, and its path: a URI without a trailing slash, whose host is in the ASCII form of IDNA. */
function normaliseBase(base: string | undefined): readonly [base: string, basePath: string] {
  if (base === undefined || base === '') return ['', ''];
  const { origin, pathname } = new URL(base);
  const basePath = iriToUri(pathname).replace(/\/$/, '');
  return [origin + basePath, basePath];
}
