import type { Json, JsonObject } from '../protocol/documents.js';

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** Where ids come from: made by the store (`uuidv7`, `integer`), or chosen by the client. */
export type IdKind = 'uuidv7' | 'integer' | 'client';

/** What a store is told of each catalog before it keeps anything for it. */
export interface CatalogPlan {
  /** The catalog's name, as in {@link Place}. */
  readonly catalog: string;
  readonly ids: IdKind;
  /**
   * The catalog whose entities its places stand within: the last id of {@link Place.within} is an id
   * there. Entities are created only within one that exists, and one that has any within it stays.
   * Absent where it stands within none, or within entities that are not kept in this store.
   */
  readonly parent?: string;
  /** Members of the body that searches name, so that they are worth an index. */
  readonly searched: readonly string[];
}

/** One catalog's set of entities, as it stands under the entities above it. */
export interface Place {
  /** The catalog's name; a nested one continues the name of the one above: `customers/orders`. */
  readonly catalog: string;
  /** Ids of the entities that the path leads through, outermost first; empty at the top. */
  readonly within: readonly string[];
}

/** An entity as a store keeps it. */
export interface Stored<Body extends object = JsonObject> {
  readonly id: string;
  /** Changes with every write, and never returns to an earlier value: fit for a strong ETag. */
  readonly version: string;
  readonly updated: Date;
  /** Frozen, or parsed anew for each caller: changing it changes nothing that is kept. */
  readonly body: Body;
  /** `body` as JSON text, ready to send. Not enumerable, so that copies with another body do not have it. */
  readonly text: string;
}

/** What a store knows of a place as a whole. A place that was never written to is empty. */
export interface PlaceState {
  /** Changes with every write to the place. */
  readonly version: string;
  /** When the place was last written to. */
  readonly updated?: Date;
}

/** Which entities a page or an iteration gives. */
export interface Selection {
  /** Members of the body that must equal these values. */
  readonly where?: Readonly<Record<string, Json>>;
}

/** Which page; pages follow each other by key, in the order of ids. */
export interface PageRequest extends Selection {
  /** Only entities after this id (which need not exist). */
  readonly after?: string;
  /** How many at most; a positive integer. */
  readonly limit: number;
}

/** One page of entities, ids ascending (`integer` ids as numbers, others by code unit). */
export interface Page<Body extends object = JsonObject> {
  readonly items: readonly Stored<Body>[];
  /** The `after` of the next page; absent on the last one. */
  readonly next?: string;
}

/** One step of an atomic batch. A `version` that is given must be the current one. */
export type Change =
  | { readonly do: 'create'; readonly place: Place; readonly id?: string; readonly body: JsonObject }
  | {
      readonly do: 'replace';
      readonly place: Place;
      readonly id: string;
      readonly body: JsonObject;
      readonly version?: string;
    }
  | { readonly do: 'remove'; readonly place: Place; readonly id: string; readonly version?: string };

/** What became of one {@link Change}: the entity as it is kept now, or undefined once removed. */
export type Written = Stored | undefined;

/**
 * Where entities live. Every implementation passes one contract suite (`spec/store/contract.ts`).
 *
 * Methods may answer at once or by a promise: a store in memory costs no tick.
 */
export interface Store {
  /** Makes ready for these catalogs. Called once, before any other method. */
  open(plans: readonly CatalogPlan[]): Awaitable<void>;
  /** The entity, or undefined where there is none. */
  get(place: Place, id: string): Awaitable<Stored | undefined>;
  /** One page, found by key and not by counting. */
  page(place: Place, request: PageRequest): Awaitable<Page>;
  /**
   * All of them in the order of {@link Page}, in bounded memory; writes may go on meanwhile. Ids past the
   * last one of the beginning are left out, so that it ends however fast others write.
   */
  iterate(place: Place, selection?: Selection): AsyncIterable<Stored>;
  /** How many there are. */
  count(place: Place, selection?: Selection): Awaitable<number>;
  state(place: Place): Awaitable<PlaceState>;
  /**
   * Applies all changes, or none of them.
   *
   * @returns what became of each change, in their order
   * @throws {StoreConflict} where a change cannot be made; nothing was written
   */
  write(changes: readonly Change[]): Awaitable<readonly Written[]>;
  close(): Awaitable<void>;
}
