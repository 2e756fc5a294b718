import type { Catalog } from '../../resource/catalog.js';
import type { RequestContext } from '../request-context.js';
import { isThenable } from '../../resource/found.js';
import type { ApiContext } from '../api-context.js';

/** What a text is of; the same text is right for as long as `stamp` is the same. */
interface Kept {
  readonly stamp: string;
  readonly text: string;
}

/** How much a cache holds. */
export interface CacheLimits {
  /** Bytes of all texts and their keys together. Default 16 MiB. */
  readonly bytes?: number;
  /** Characters of one text. Default 1,048,576. */
  readonly longest?: number;
}

/** How many texts are put together at once, so that many slow clients do not fill the memory. */
const MOST_GATHERED = 8;

/** For how long a text that is put together is alone with its key, in milliseconds: its client may be slow. */
const PRECEDENCE = 1000;

const BYTES_A_CHARACTER = 2;

/**
 * Texts by keys, each as it was at some state of what it is of. Those that were not asked for the longest time
 * make room for others.
 */
export class ListCache {
  readonly #bytes: number;
  readonly #longest: number;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>();
  readonly #gatherings = new Map<string, Gathering>();
  #size = 0;

  constructor({ bytes = 16 * 1024 * 1024, longest = 1024 * 1024 }: CacheLimits = {}) {
    this.#bytes = bytes;
    this.#longest = longest;
  }

  /** How many bytes it takes at most; characters count as two, since some texts need them. */
  get size(): number {
    return this.#size;
  }

  /**
   * The text under a key.
   *
   * @param stamp - the state that it has to be of
   */
  get(key: string, stamp: string): string | undefined {
    const kept = this.#kept.get(key);
    if (kept?.stamp !== stamp) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.text;
  }

  /** Keeps a text in place of the one before, unless it is too long. */
  keep(key: string, stamp: string, text: string): void {
    this.#drop(key);
    const size = sizeOf(key, text);
    if (text.length > this.#longest || size > this.#bytes) return;
    for (const oldest of this.#kept.keys()) {
      if (this.#size + size <= this.#bytes) break;
      this.#drop(oldest);
    }
    this.#kept.set(key, { stamp, text });
    this.#size += size;
  }

  /**
   * Begins to put together a text that comes in pieces.
   *
   * @param done - is given the whole text, unless it is too long or {@link Gathering.stop} comes before its end
   * @returns undefined where somebody else does so already, or too many do
   */
  gather(key: string, done: (text: string) => void): Gathering | undefined {
    const now = performance.now();
    for (const [other, gathering] of this.#gatherings) {
      if (gathering.begun + PRECEDENCE > now) continue;
      if (other === key || this.#gatherings.size >= MOST_GATHERED) gathering.stop();
    }
    if (this.#gatherings.has(key) || this.#gatherings.size >= MOST_GATHERED) return undefined;
    const gathering = new Gathering(this.#longest, now, (text) => {
      this.#gatherings.delete(key);
      if (text !== undefined) done(text);
    });
    this.#gatherings.set(key, gathering);
    return gathering;
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#size -= sizeOf(key, kept.text);
  }
}

/** A text that is put together of pieces. */
export class Gathering {
  /** By the clock that is never set back, in milliseconds. */
  readonly begun: number;
  readonly #longest: number;
  readonly #over: (text: string | undefined) => void;
  #pieces: string[] | undefined = [];
  #length = 0;

  /** @param over - is called once: with the whole text, or with nothing where there will be none */
  constructor(longest: number, begun: number, over: (text: string | undefined) => void) {
    this.#longest = longest;
    this.begun = begun;
    this.#over = over;
  }

  add(piece: string): void {
    if (this.#pieces === undefined) return;
    this.#length += piece.length;
    if (this.#length > this.#longest) this.stop();
    else this.#pieces.push(piece);
  }

  /** There is no more to add. */
  end(): void {
    const pieces = this.#pieces;
    if (pieces === undefined) return;
    this.#pieces = undefined;
    this.#over(pieces.join(''));
  }

  /** Gives up, unless it is over. */
  stop(): void {
    if (this.#pieces === undefined) return;
    this.#pieces = undefined;
    this.#over(undefined);
  }
}

function sizeOf(key: string, text: string): number {
  return BYTES_A_CHARACTER * (key.length + text.length);
}

const caches = new WeakMap<ApiContext, ListCache>();

/** What a store knows of a place, and so of every list of it. */
export interface KnownState {
  readonly version: string;
  readonly updated?: Date | undefined;
}

/**
 * The text of one list as the version has it that the store was asked for: from the cache, or for it. A text
 * that is read is kept only if the store is at the same version after it was read, so that no part of it is of
 * another; versions never come back.
 */
export class KeptText {
  readonly #cache: ListCache;
  readonly #key: string;
  readonly #stamp: string;
  readonly #catalog: Catalog<never>;

  /**
   * @param catalog - lists what its store has
   * @param state - what the store said of it
   * @param tag - stands for what is fixed in the document, as this caller sees it
   * @returns undefined where a replica is read from: what it says first and what it says last may be of two
   */
  static of(
    served: ApiContext,
    { self, query }: RequestContext,
    catalog: Catalog<never>,
    state: KnownState,
    tag: string,
  ): KeptText | undefined {
    if (served.replica !== served.store) return undefined;
    let cache = caches.get(served);
    if (cache === undefined) caches.set(served, (cache = new ListCache()));
    return new KeptText(cache, JSON.stringify([self, tag, query]), catalog, state);
  }

  private constructor(cache: ListCache, key: string, catalog: Catalog<never>, state: KnownState) {
    this.#cache = cache;
    this.#key = key;
    this.#catalog = catalog;
    this.#stamp = stampOf(state);
  }

  get(): string | undefined {
    return this.#cache.get(this.#key, this.#stamp);
  }

  /** Keeps what is known to be of the state. */
  put(text: string): void {
    this.#cache.keep(this.#key, this.#stamp, text);
  }

  /** Keeps what was read, if it is still so. The answer need not wait for that. */
  keep(text: string): void {
    const check = ({ version, updated }: Partial<KnownState>): void => {
      if (version !== undefined && stampOf({ version, updated }) === this.#stamp) this.put(text);
    };
    const state = this.#catalog.collection.state();
    // A store that fails now has given the answer all the same.
    if (isThenable(state)) state.then(check, () => undefined);
    else check(state);
  }

  /** Keeps a text that comes in pieces, once it is whole. */
  gather(): Gathering | undefined {
    return this.#cache.gather(this.#key, (text) => this.keep(text));
  }
}

function stampOf({ version, updated }: KnownState): string {
  return `${version} ${updated?.getTime()}`;
}
