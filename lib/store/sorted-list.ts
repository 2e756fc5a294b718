/** Some items of a list that follow each other. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  /** How many items stand before the one that follows. */
  readonly end: number;
}

/**
 * Items in an order of their own. Finding one is a binary search, adding one at the end costs nothing more.
 *
 * @typeParam Key - the part of an item that says where it stands
 */
export class SortedList<Key, Item extends Key> {
  readonly #compare: (one: Key, other: Key) => number;
  readonly #items: Item[];

  /**
   * @param compare - as Array.prototype.sort wants it; no two items of the list are equal by it
   * @param items - in this order already
   */
  constructor(compare: (one: Key, other: Key) => number, items: Iterable<Item> = []) {
    this.#compare = compare;
    this.#items = Array.from(items);
  }

  get last(): Item | undefined {
    return this.#items.at(-1);
  }

  /** Adds an item, in place of the one that is equal to it. */
  set(item: Item): void {
    const { index, found } = this.#search(item);
    if (found) this.#items[index] = item;
    else if (index === this.#items.length) this.#items.push(item);
    else this.#items.splice(index, 0, item);
  }

  delete(key: Key): void {
    const { index, found } = this.#search(key);
    if (found) this.#items.splice(index, 1);
  }

  /** The items after a key, which need not be there; all of them where none is given. */
  *after(key?: Key): Generator<Item> {
    let index = this.#indexAfter(key);
    for (let item = this.#items[index]; item !== undefined; item = this.#items[++index]) yield item;
  }

  /**
   * The items after a key, up to some number.
   *
   * @param near - how many items stood before the first one of these when the list was looked at last: where that
   *   is still so, nothing is searched
   */
  slice(key: Key | undefined, count: number, near = 0): Slice<Item> {
    const start = this.#indexAfter(key, near);
    const items = this.#items.slice(start, start + count);
    return { items, end: start + items.length };
  }

  #indexAfter(key: Key | undefined, near = 0): number {
    if (key === undefined) return 0;
    const before = this.#items[near - 1];
    if (before !== undefined && this.#compare(before, key) === 0) return near;
    const { index, found } = this.#search(key);
    return found ? index + 1 : index;
  }

  /** Where an item is, or would be. */
  #search(key: Key): { readonly index: number; readonly found: boolean } {
    const items = this.#items;
    const { last } = this;
    // New items mostly come last.
    if (last === undefined || this.#compare(last, key) < 0) return { index: items.length, found: false };

    let start = 0;
    let end = items.length;
    while (start < end) {
      const middle = (start + end) >>> 1;
      const item = items[middle];
      if (item !== undefined && this.#compare(item, key) < 0) start = middle + 1;
      else end = middle;
    }
    const item = items[start];
    return { index: start, found: item !== undefined && this.#compare(item, key) === 0 };
  }
}
