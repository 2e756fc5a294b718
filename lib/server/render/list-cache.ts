import { LRUCache } from 'lru-cache';
import type { Catalog } from '../../resource/catalog.js';
import { isThenable } from '../../resource/found.js';

/** A text, which is right for as long as what it is of has the same `stamp`. */
interface StampedText {
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

/** How many texts are collected at once, so that many slow clients do not fill the memory. */
const MAX_COLLECTED = 8;

/** For how long a text that is collected is alone with its key: its client may be slow. */
const PRECEDENCE_MS = 1000;

const BYTES_PER_CHARACTER = 2;

/** The state of a collection, and so of every list of it, as its store gives it. */
export interface ListState {
  readonly version: string;
  readonly updated?: Date | undefined;
}

/**
 * The texts of lists by keys, each as it was at some state of its collection. Those that were not asked for the
 * longest time make room for new ones.
 */
export class ListCache {
  readonly #longest: number;
  readonly #texts: LRUCache<string, StampedText>;
  readonly #collected = new Map<string, TextCollector>();

  constructor({ bytes = 16 * 1024 * 1024, longest = 1024 * 1024 }: CacheLimits = {}) {
    this.#longest = longest;
    this.#texts = new LRUCache({
      maxSize: bytes,
      // Characters count as two bytes, since some texts need them.
      sizeCalculation: ({ text }, key) => BYTES_PER_CHARACTER * (key.length + text.length),
    });
  }

  /** How many bytes it takes at most. */
  get size(): number {
    return this.#texts.calculatedSize;
  }

  /**
   * The text under a key.
   *
   * @param stamp - the state that it has to be of
   */
  get(key: string, stamp: string): string | undefined {
    const found = this.#texts.get(key);
    return found?.stamp === stamp ? found.text : undefined;
  }

  /** Keeps a text in place of the one before, unless it is too long. */
  set(key: string, stamp: string, text: string): void {
    if (text.length > this.#longest) this.#texts.delete(key);
    else this.#texts.set(key, { stamp, text });
  }

  /**
   * Begins to collect a text that comes in pieces.
   *
   * @param done - is given the whole text, unless it is too long or {@link TextCollector.stop} comes before its end
   * @returns undefined where the same text is being collected already, or too many are
   */
  collect(key: string, done: (text: string) => void): TextCollector | undefined {
    const now = performance.now();
    for (const [other, collector] of this.#collected) {
      if (collector.begun + PRECEDENCE_MS > now) continue;
      if (other === key || this.#collected.size >= MAX_COLLECTED) collector.stop();
    }
    if (this.#collected.has(key) || this.#collected.size >= MAX_COLLECTED) return undefined;
    const collector = new TextCollector(this.#longest, now, (text) => {
      this.#collected.delete(key);
      if (text !== undefined) done(text);
    });
    this.#collected.set(key, collector);
    return collector;
  }
}

/** A text that is put together of pieces. */
export class TextCollector {
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

/**
 * The text of one list at the version that the store was asked for: from the cache, or for it. A text
 * that is read is kept only if the store is at the same version after it was read, so that no part of it is of
 * another; versions never come back.
 */
export class CachedList {
  readonly #cache: ListCache;
  readonly #key: string;
  readonly #stamp: string;
  readonly #catalog: Catalog<never>;

  /**
   * @param key - stands for all that the text depends on, its state apart
   * @param catalog - lists what its store has
   * @param state - what the store said of it
   */
  constructor(cache: ListCache, key: string, catalog: Catalog<never>, state: ListState) {
    this.#cache = cache;
    this.#key = key;
    this.#catalog = catalog;
    this.#stamp = stampOf(state);
  }

  get(): string | undefined {
    return this.#cache.get(this.#key, this.#stamp);
  }

  /** Keeps a text that is known to be of the state. */
  set(text: string): void {
    this.#cache.set(this.#key, this.#stamp, text);
  }

  /** Keeps a text that was read, if the state is still the same. The answer need not wait for that. */
  setIfCurrent(text: string): void {
    const check = ({ version, updated }: Partial<ListState>): void => {
      if (version !== undefined && stampOf({ version, updated }) === this.#stamp) this.set(text);
    };
    const state = this.#catalog.collection.state();
    // A store that fails now has given the answer all the same.
    if (isThenable(state)) state.then(check, () => undefined);
    else check(state);
  }

  /** Keeps a text that comes in pieces, once it is whole. */
  collect(): TextCollector | undefined {
    return this.#cache.collect(this.#key, (text) => this.setIfCurrent(text));
  }
}

function stampOf({ version, updated }: ListState): string {
  return `${version} ${updated?.getTime()}`;
}
