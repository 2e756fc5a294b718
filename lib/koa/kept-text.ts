import type { Catalog } from '../resource/catalog.js';
import type { RequestContext } from '../resource/exchange.js';
import { isThenable } from '../resource/found.js';
import { ListCache } from './list-cache.js';
import type { Gathering } from './list-cache.js';
import type { ApiContext } from './served.js';

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
