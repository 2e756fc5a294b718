import type { Json, JsonObject } from '../protocol/documents.js';
import type { Awaitable } from './awaitable.js';

export type { Awaitable } from './awaitable.js';

/** Says where ids come from: the store makes them (`uuidv7`, `integer`), or the client chooses them. */
export type IdKind = 'uuidv7' | 'integer' | 'client';

/** The type of a member of bodies, as its schema says; `json` where it is no single type of scalar. */
export type MemberType = 'string' | 'number' | 'boolean' | 'json';

/** A member of bodies that a store looks at by itself. */
export interface MemberPlan {
  readonly name: string;
  readonly type: MemberType;
  /** Whether searches name it or lists are sorted by it, so that it is worth an index. */
  readonly indexed: boolean;
}

/** Two members that a list is asked for by together. */
export interface SortedSearch {
  readonly searched: string;
  readonly sorted: string;
}

/** A member of bodies that holds the id of an entity of another collection. */
export interface ReferencePlan {
  readonly member: string;
  /**
   * The collection of the entity that it refers to. Its parents are none, or the first of the parents that the
   * referring entity has.
   */
  readonly collection: string;
}

/** The column that holds a member of the bodies. */
export interface ColumnPlan {
  readonly name: string;
  /** The type of the member, as its schema says. */
  readonly type: MemberType;
  /** Whether every body has the member: it is null then where the column is NULL, and absent otherwise. */
  readonly isRequired: boolean;
  /** Whether the schema wants a string of the format `date-time`. */
  readonly isDateTime?: boolean;
}

/** An existing table of a database, which is served as it is. */
export interface TablePlan {
  /** Its name, after the name of its schema and a dot where it has one. */
  readonly table: string;
  /** The column that holds ids. */
  readonly key: string;
  /**
   * The columns that hold {@link CollectionKey.parentIds}, outermost first. Where they are fewer than those, they are
   * of the innermost parents, whose own rows tell the outer ones.
   */
  readonly parentColumns: readonly string[];
  /**
   * Validates a body that was read, where it holds the digits of numbers that no double holds as strings. Absent where
   * the schema takes them.
   */
  readonly errors?: (body: JsonObject) => readonly { readonly pointer: string; readonly rule: string }[];
  /** Whether entities are to be created; with a table that takes no new rows, the store does not open then. */
  readonly creates?: boolean;
  /** Whether entities are to be created, changed or removed; with a view that the database does not write, the store does not open then. */
  readonly writes?: boolean;
  /** The column of each member of the body, by the member's name. */
  readonly columns: Readonly<Record<string, ColumnPlan>>;
}

/** Describes a collection to a store, which makes ready for it when it is opened. */
export interface CollectionPlan {
  /** The collection's name, as in {@link CollectionKey}. */
  readonly collection: string;
  readonly ids: IdKind;
  /** How many parents its entities have: the length of {@link CollectionKey.parentIds}. */
  readonly depth: number;
  /**
   * The collection of the parent: the last of {@link CollectionKey.parentIds} is an id there. Entities are created only
   * within a parent that exists, and a parent that has any within it cannot be removed. Absent where there are no
   * parents, or ones that are not kept in this store.
   */
  readonly parent?: string;
  /** The members that searches, sorting, uniqueness and references look at. */
  readonly members: readonly MemberPlan[];
  /**
   * Members that lists are searched by while they are sorted by another one, so that the two together are
   * worth an index. Absent where none are.
   */
  readonly sortedSearches?: readonly SortedSearch[];
  /** Members whose values, taken together, no two entities under the same parents share; an absent or null one is shared by none. */
  readonly unique: readonly (readonly string[])[];
  readonly references: readonly ReferencePlan[];
  /** Where the collection's entities are rows of an existing table. */
  readonly table?: TablePlan;
}

/**
 * Names a set of entities: those of a collection that have the same parents.
 *
 * @example
 * ```ts
 * import type { CollectionKey } from 'koa-shoji/store';
 *
 * export const customers: CollectionKey = { collection: 'customers', parentIds: [] };
 * export const ordersOfEmma: CollectionKey = { collection: 'customers/orders', parentIds: ['emma'] };
 * ```
 */
export interface CollectionKey {
  /** The collection's name; a nested one continues the name of the one above: `customers/orders`. */
  readonly collection: string;
  /** The ids of the entities that these stand within, outermost first; empty at the top. */
  readonly parentIds: readonly string[];
}

/** An entity as a store keeps it. */
export interface StoredEntity<Body extends object = JsonObject> {
  readonly id: string;
  /** Changes with every write, and never returns to an earlier value: fit for a strong ETag. */
  readonly version: string;
  /**
   * Never earlier than it was before, whatever the clock does. Absent where the store does not know: in an existing
   * table, which other programs write to.
   */
  readonly updated?: Date;
  /** Frozen, or parsed anew for each caller: changing it changes nothing that is kept. */
  readonly body: Body;
  /** `body` as JSON text, ready to send. Not enumerable, so that copies with another body do not have it. */
  readonly text: string;
}

/** Dates a set of entities as a whole. */
export interface CollectionState {
  /** Changes with every write to it; absent where other programs can write to it without the store knowing. */
  readonly version?: string;
  /** When it was last written to; absent where it never was. Never earlier than it was before, whatever the clock does. */
  readonly updated?: Date;
}

/**
 * Sorts entities by a member; those with the same value by their ids, ascending in either
 * direction. Strings are compared by code point, as far as their first 200 characters. Those that lack the
 * member, or hold a value of another type than the plan says, come before all others, descending after them.
 */
export interface Order {
  /** One of the plan's members, of the type string, number or boolean. */
  readonly member: string;
  readonly descending?: boolean;
}

/** Selects and orders the entities of a page or an iteration. */
export interface Selection {
  /** Members of the body that must equal these values. */
  readonly where?: Readonly<Record<string, Json>>;
  /** By default the order of ids. */
  readonly order?: Order;
}

/** Asks for a page; pages follow each other by key. */
export interface PageRequest extends Selection {
  /**
   * Only entities after this position: in the order of ids an id, in another order a {@link Page.next}. The
   * entity that stood there need not exist any more.
   */
  readonly after?: string;
  /** How many at most; a positive integer. */
  readonly limit: number;
}

/** One page of entities, by default ids ascending (`integer` ids as numbers, others by code point). */
export interface Page<Body extends object = JsonObject> {
  readonly items: readonly StoredEntity<Body>[];
  /** The `after` of the next page; absent on the last one. */
  readonly next?: string;
}

/**
 * Asks for one step of an atomic batch. A `version` that is given must be the current one. What the members in `unseen` refer
 * to counts as not there, also where it is: the change is then refused as it would be otherwise.
 */
export type Change =
  | {
      readonly do: 'create';
      readonly key: CollectionKey;
      readonly id?: string;
      readonly body: JsonObject;
      readonly unseen?: readonly string[];
    }
  | {
      readonly do: 'replace';
      readonly key: CollectionKey;
      readonly id: string;
      readonly body: JsonObject;
      readonly version?: string;
      readonly unseen?: readonly string[];
    }
  | { readonly do: 'remove'; readonly key: CollectionKey; readonly id: string; readonly version?: string };

/** The entity as a {@link Change} has left it; undefined once removed. */
export type ChangeResult = StoredEntity | undefined;

/** Reads entities. Methods may answer at once or by a promise: a store in memory does not wait for one. */
export interface Reader {
  /** Gives an entity, or undefined where there is none. */
  get(key: CollectionKey, id: string): Awaitable<StoredEntity | undefined>;
  /**
   * Gives one page, found by key and not by counting.
   *
   * @throws {PositionError} where `after` is no position in this order
   */
  page(key: CollectionKey, request: PageRequest): Awaitable<Page>;
  /**
   * Gives all of them, in bounded memory; writes may go on meanwhile. In the order of ids, those past the last one
   * of the beginning are left out, so that it ends however fast entities are created. Nothing is held between two
   * steps: you can stop in the middle.
   */
  iterate(key: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity>;
  /** Gives the ids of what `iterate` gives, in its order, some at a time. */
  ids(key: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]>;
  /** Counts them. */
  count(key: CollectionKey, selection?: Selection): Awaitable<number>;
  /** Gives the version and the date of a set of entities as a whole. */
  state(key: CollectionKey): Awaitable<CollectionState>;
}

/** Reads entities, and writes them. */
export interface ReadWriter extends Reader {
  /**
   * Applies all changes, or none of them.
   *
   * @returns the result of each change, in their order; once it is there the changes are durable, unless they are part
   *   of a transaction
   * @throws {StoreConflictError} where a change cannot be made; nothing was written
   * @throws {StoreUnavailableError} where the store cannot write now; nothing was written
   */
  write(changes: readonly Change[]): Awaitable<readonly ChangeResult[]>;
}

/**
 * Reads and writes so that all of it happens as one, or not at all. Calls may overlap; each is carried out as a whole. A
 * write that is refused has changed nothing, and the transaction can go on. Use it only until `run` has ended.
 *
 * Records are texts that are kept under a key until they expire, such as the answer to a request that a client may
 * repeat.
 */
export interface Transaction extends ReadWriter {
  /** Gives the record under a key; undefined where there is none, or it has expired. */
  getRecord(key: string): Awaitable<string | undefined>;
  /**
   * Keeps a text under a key until it expires, from when on the key is free again. It is kept if the transaction is
   * committed.
   *
   * @throws {StoreConflictError} `exists` where something is kept under the key
   */
  putRecord(key: string, text: string, expires: Date): Awaitable<void>;
}

/**
 * Keeps the entities of an API. Implement it to keep them where you like, and hold your implementation to the contract
 * that `koa-shoji/store-contract` publishes.
 *
 * @example
 * ```ts
 * import { MemoryStore, type Store } from 'koa-shoji/store';
 *
 * export async function moveCopy(store: Store, from: string, to: string): Promise<void> {
 *   const copies = { collection: 'copies', parentIds: [] };
 *   await store.transaction(async (transaction) => {
 *     const copy = await transaction.get(copies, from);
 *     if (copy === undefined) return;
 *     await transaction.write([
 *       { do: 'remove', key: copies, id: from, version: copy.version },
 *       { do: 'create', key: copies, id: to, body: copy.body },
 *     ]);
 *   });
 * }
 *
 * const store = new MemoryStore();
 * store.open([{ collection: 'copies', ids: 'client', depth: 0, members: [], unique: [], references: [] }]);
 * await moveCopy(store, 'shelf 1', 'shelf 2');
 * ```
 */
export interface Store extends ReadWriter {
  /** Makes ready for these collections. Called once, before any other method. */
  open(plans: readonly CollectionPlan[]): Awaitable<void>;
  /**
   * Runs several reads and writes as one: all of them see and leave a state as if nothing else was written
   * meanwhile. Where that cannot be had, `run` is begun anew, so that it may run more than once; what it
   * writes is there once this is fulfilled, and none of it where it is rejected. It writes by the transaction that it is
   * given, for a write of the store itself may have to wait until it has ended.
   *
   * @returns what `run` gave
   * @throws {StoreUnavailableError} `busy` where other writes kept coming in between
   */
  transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T>;
  /**
   * Asked before an answer says that something was not changed after a time.
   *
   * @param time - in milliseconds since the epoch
   * @returns true promises that from now on nothing comes to be seen that is dated then or earlier, even if the
   *   clock is set back; false where a write that was begun by then is under way. Where a store has no such method,
   *   it is taken for true.
   */
  settles?(time: number): boolean;
  /** Reads what may be a little behind, and costs the store itself nothing: for answers to GET. */
  readonly replica?: Reader;
  /**
   * Finds out whether the store can answer.
   *
   * @throws {StoreUnavailableError} where it cannot
   */
  check(): Awaitable<void>;
  /** Lets go of everything; nothing is called afterwards. */
  close(): Awaitable<void>;
}
