import { MemoryTable } from './memory-table.js';
import type { CollectionPlan, CollectionKey } from '../store.js';

/** A catalog and its tables, one for each place that was written to, by the ids that lead there. */
interface MemoryCatalog {
  readonly plan: CollectionPlan;
  readonly tables: Map<string, MemoryTable>;
  /** The version of those of its places that have no table. */
  blank: string;
}

/** The tables of a store in memory, by their places. */
export class MemoryCollections {
  readonly #catalogs = new Map<string, MemoryCatalog>();
  /** Begins every version, so that those of an earlier process never match. */
  readonly #epoch: string;
  #versions = 0;

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  add(plan: CollectionPlan): void {
    if (this.#catalogs.has(plan.collection)) {
      throw new Error(
        `two plans are for the catalog ${quote(plan.collection)}; give each catalog its own name`,
      );
    }
    this.#catalogs.set(plan.collection, { plan, tables: new Map(), blank: this.nextVersion() });
  }

  clear(): void {
    this.#catalogs.clear();
  }

  /** A version that was never given before. */
  nextVersion(): string {
    this.#versions += 1;
    return `${this.#epoch}.${this.#versions.toString(36)}`;
  }

  plan(place: CollectionKey): CollectionPlan {
    return this.#at(place).plan;
  }

  /** The version of a place as a whole. */
  version(place: CollectionKey): string {
    return this.find(place)?.head.version ?? this.#at(place).blank;
  }

  /** The table of a place, or undefined where nothing is written. */
  find(place: CollectionKey): MemoryTable | undefined {
    return this.#at(place).tables.get(keyOf(place));
  }

  /**
   * Makes the table of a place that has none.
   *
   * @returns the table, and what takes it away again
   */
  grow(place: CollectionKey): { readonly table: MemoryTable; readonly undo: () => void } {
    const { plan, tables, blank } = this.#at(place);
    const key = keyOf(place);
    const table = new MemoryTable(plan, blank);
    tables.set(key, table);
    return { table, undo: () => tables.delete(key) };
  }

  /** Whether others stand within an entity. */
  isInUse(place: CollectionKey, id: string): boolean {
    return this.#within(place, id).some((below) => (this.find(below)?.size ?? 0) > 0);
  }

  /**
   * Takes away the empty tables within an entity that goes. Should it come back, the places within it will be
   * at a version that they never were at before.
   *
   * @returns brings them back
   */
  drop(place: CollectionKey, id: string): () => void {
    const undo = this.#within(place, id).map((below) => {
      const catalog = this.#at(below);
      const { blank, tables } = catalog;
      const key = keyOf(below);
      const table = tables.get(key);
      if (table === undefined) return () => {};
      tables.delete(key);
      catalog.blank = this.nextVersion();
      return () => {
        tables.set(key, table);
        catalog.blank = blank;
      };
    });
    return () => undo.forEach((bringBack) => bringBack());
  }

  /** The places directly within an entity. */
  #within({ collection: catalog, parentIds: within }: CollectionKey, id: string): CollectionKey[] {
    const below = Array.from(this.#catalogs.values()).filter(({ plan }) => plan.parent === catalog);
    return below.map(({ plan }) => ({ collection: plan.collection, parentIds: [...within, id] }));
  }

  /** The place that the entities of this one stand within, where it is kept here. */
  parentOf({ collection: catalog, parentIds: within }: CollectionKey): CollectionKey | undefined {
    const parent = this.#catalogs.get(catalog)?.plan.parent;
    if (parent === undefined || !this.#catalogs.has(parent)) return undefined;
    return { collection: parent, parentIds: within.slice(0, -1) };
  }

  #at({ collection: catalog }: CollectionKey): MemoryCatalog {
    const found = this.#catalogs.get(catalog);
    if (found !== undefined) return found;
    const opened = Array.from(this.#catalogs.keys(), quote).join(', ') || 'none';
    throw new Error(`the catalog ${quote(catalog)} was not opened; opened are: ${opened}`);
  }
}

/** A place as messages name it. */
export function describe({ collection: catalog, parentIds: within }: CollectionKey): string {
  return within.length === 0 ? quote(catalog) : `${quote(catalog)} within ${within.map(quote).join(', ')}`;
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Tells the places of one catalog apart, whatever characters ids hold. */
function keyOf({ parentIds: within }: CollectionKey): string {
  return within.length === 0 ? '' : JSON.stringify(within);
}
