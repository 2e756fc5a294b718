import type { CollectionKey, CollectionPlan } from '../store.js';
import { MemoryTable } from './memory-table.js';

/** The tables of one plan: one for each set of parents under which something was written. */
interface CollectionTables {
  readonly plan: CollectionPlan;
  readonly tables: Map<string, MemoryTable>;
  /** The version of those collections that have no table. */
  emptyVersion: string;
}

/** Finds the table of each collection that a store in memory was opened with. */
export class MemoryCollections {
  readonly #collections = new Map<string, CollectionTables>();
  /** Begins every version, so that those of an earlier process never match. */
  readonly #epoch: string;
  #versions = 0;

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  add(plan: CollectionPlan): void {
    const { collection } = plan;
    if (this.#collections.has(collection)) {
      throw new Error(`two plans are for the catalog ${quote(collection)}; give each catalog its own name`);
    }
    this.#collections.set(collection, { plan, tables: new Map(), emptyVersion: this.nextVersion() });
  }

  clear(): void {
    this.#collections.clear();
  }

  /** Makes a version that was never given before. */
  nextVersion(): string {
    this.#versions += 1;
    return `${this.#epoch}.${this.#versions.toString(36)}`;
  }

  plan(key: CollectionKey): CollectionPlan {
    return this.#get(key).plan;
  }

  /** The version of a collection as a whole. */
  version(key: CollectionKey): string {
    return this.find(key)?.head.version ?? this.#get(key).emptyVersion;
  }

  /** The table of a collection, or undefined where nothing is written. */
  find(key: CollectionKey): MemoryTable | undefined {
    return this.#get(key).tables.get(parentsOf(key));
  }

  /**
   * Makes the table of a collection that has none.
   *
   * @returns the table, and what takes it away again
   */
  createTable(key: CollectionKey): { readonly table: MemoryTable; readonly undo: () => void } {
    const { plan, tables, emptyVersion } = this.#get(key);
    const parents = parentsOf(key);
    const table = new MemoryTable(plan, emptyVersion);
    tables.set(parents, table);
    return { table, undo: () => tables.delete(parents) };
  }

  /** Whether other entities stand within this one. */
  hasChildren(key: CollectionKey, id: string): boolean {
    return this.#childrenOf(key, id).some((child) => (this.find(child)?.size ?? 0) > 0);
  }

  /**
   * Takes away the empty tables within an entity that is removed. Should it come back, the collections within it will
   * be at a version that they never were at before.
   *
   * @returns what brings them back
   */
  dropChildren(key: CollectionKey, id: string): () => void {
    const undo = this.#childrenOf(key, id).map((child) => {
      const collection = this.#get(child);
      const { emptyVersion, tables } = collection;
      const parents = parentsOf(child);
      const table = tables.get(parents);
      if (table === undefined) return () => {};
      tables.delete(parents);
      collection.emptyVersion = this.nextVersion();
      return () => {
        tables.set(parents, table);
        collection.emptyVersion = emptyVersion;
      };
    });
    return () => undo.forEach((bringBack) => bringBack());
  }

  /** The collection that holds the entity which these stand within, where it is kept here. */
  parentOf({ collection, parentIds }: CollectionKey): CollectionKey | undefined {
    const parent = this.#collections.get(collection)?.plan.parent;
    if (parent === undefined || !this.#collections.has(parent)) return undefined;
    return { collection: parent, parentIds: parentIds.slice(0, -1) };
  }

  /** The collections directly within an entity. */
  #childrenOf({ collection, parentIds }: CollectionKey, id: string): CollectionKey[] {
    const children = Array.from(this.#collections.values()).filter(({ plan }) => plan.parent === collection);
    return children.map(({ plan }) => ({ collection: plan.collection, parentIds: [...parentIds, id] }));
  }

  #get({ collection }: CollectionKey): CollectionTables {
    const found = this.#collections.get(collection);
    if (found !== undefined) return found;
    const opened = Array.from(this.#collections.keys(), quote).join(', ') || 'none';
    throw new Error(`the catalog ${quote(collection)} was not opened; opened are: ${opened}`);
  }
}

/** Names a collection in messages. */
export function describeCollection({ collection, parentIds }: CollectionKey): string {
  return parentIds.length === 0
    ? quote(collection)
    : `${quote(collection)} within ${parentIds.map(quote).join(', ')}`;
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Tells the collections of one plan apart, whatever characters ids hold. */
function parentsOf({ parentIds }: CollectionKey): string {
  return parentIds.length === 0 ? '' : JSON.stringify(parentIds);
}
