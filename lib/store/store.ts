import type { Json, JsonObject } from '../protocol/documents.js';
import type { Awaitable } from './awaitable.js';

export type { Awaitable } from './awaitable.js';

/** Where ids come from: made by the store (`uuidv7`, `integer`), or chosen by the client. */
export type IdKind = 'uuidv7' | 'integer' | 'client';

/** What a member of bodies holds, as its schema says; `json` where it is no single type of scalar. */
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
   * The collection of what it refers to. It stands within nothing, or within the first of the entities that
   * the referring one stands within too.
   */
  readonly collection: string;
}

/** The column that holds a member of the bodies. */
export interface ColumnPlan {
  readonly name: string;
  /** What the member holds, as its schema says. */
  readonly type: MemberType;
  /** Whether every body has the member: it is null then where the column is NULL, and absent otherwise. */
  readonly isRequired: boolean;
  /** Whether the schema wants a string of the format `date-time`. */
  readonly isDateTime?: boolean;
}

/** A table of a database that was there before, and is served as it is. */
export interface TablePlan {
  /** Its name, after the name of its schema and a dot where it has one. */
  readonly table: string;
  /** The column that holds ids. */
  readonly key: string;
  /**
   * The columns that hold the ids of the entities that a collection stands within, outermost first. Where they are
   * fewer than those, they are of the innermost ones: the rows of those tell what they stand within.
   */
  readonly parentColumns: readonly string[];
  /**
   * What the schema of bodies has against one that was read, as far as it holds strings of the digits of numbers
   * that no double holds.
   */
  readonly errors?: (body: JsonObject) => readonly { readonly pointer: string; readonly rule: string }[];
  /** Whether entities are to be created; a table that takes no new rows is found wrong then. */
  readonly creates?: boolean;
  /** Whether entities are to be created, changed or removed; a view that the database does not write is found wrong then. */
  readonly writes?: boolean;
  /** The column of each member of the body, by the member's name. */
  readonly columns: Readonly<Record<string, ColumnPlan>>;
}

/** What a store is told of each collection before it keeps anything for it. */
export interface CollectionPlan {
  /** The collection's name, as in {@link CollectionKey}. */
  readonly collection: string;
  readonly ids: IdKind;
  /** How many entities its collections stand within: the length of {@link CollectionKey.parentIds}. */
  readonly depth: number;
  /**
   * The collection whose entities its collections stand within: the last id of {@link CollectionKey.parentIds} is an id
   * there. Entities are created only within one that exists, and one that has any within it stays.
   * Absent where it stands within none, or within entities that are not kept in this store.
   */
  readonly parent?: string;
  /** The members that searches, sorting, uniqueness and references look at. */
  readonly members: readonly MemberPlan[];
  /**
   * Members that lists are searched by while they are sorted by another one, so that the two together are
   * worth an index. Absent where none are.
   */
  readonly sortedSearches?: readonly SortedSearch[];
  /** Members whose values, taken together, no two entities of one collection share; an absent or null one is shared by none. */
  readonly unique: readonly (readonly string[])[];
  readonly references: readonly ReferencePlan[];
  /** Where the collection's entities are rows of an existing table. */
  readonly table?: TablePlan;
}

/** One collection's set of entities, as it stands under the entities above it. */
export interface CollectionKey {
  /** The collection's name; a nested one continues the name of the one above: `customers/orders`. */
  readonly collection: string;
  /** Ids of the entities that the path leads through, outermost first; empty at the top. */
  readonly parentIds: readonly string[];
}

/** An entity as a store keeps it. */
export interface StoredEntity<Body extends object = JsonObject> {
  readonly id: string;
  /** Changes with every write, and never returns to an earlier value: fit for a strong ETag. */
  readonly version: string;
  /**
   * Never earlier than it was before, whatever the clock does. Absent where the store does not know: in a table
   * that others write to.
   */
  readonly updated?: Date;
  /** Frozen, or parsed anew for each caller: changing it changes nothing that is kept. */
  readonly body: Body;
  /** `body` as JSON text, ready to send. Not enumerable, so that copies with another body do not have it. */
  readonly text: string;
}

/** What a store knows of a collection as a whole. A collection that was never written to is empty. */
export interface CollectionState {
  /** Changes with every write to the collection; absent where others can write to it without the store knowing. */
  readonly version?: string;
  /** When the collection was last written to. Never earlier than it was before, whatever the clock does. */
  readonly updated?: Date;
}

/**
 * By which member entities are sorted; those with the same value by their ids, ascending in either
 * direction. Strings are compared by code point, as far as their first 200 characters. Those that lack the
 * member, or hold a value of another type than the plan says, come before all others, descending after them.
 */
export interface Order {
  /** One of the plan's members, of the type string, number or boolean. */
  readonly member: string;
  readonly descending?: boolean;
}

/** Which entities a page or an iteration gives, and in what order. */
export interface Selection {
  /** Members of the body that must equal these values. */
  readonly where?: Readonly<Record<string, Json>>;
  /** By default the order of ids. */
  readonly order?: Order;
}

/** Which page; pages follow each other by key. */
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
 * One step of an atomic batch. A `version` that is given must be the current one. What the members in `unseen` refer
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

/** What became of one {@link Change}: the entity as it is kept now, or undefined once removed. */
export type ChangeResult = StoredEntity | undefined;

/** Looks at what is kept. Methods may answer at once or by a promise: a store in memory costs no tick. */
export interface Reader {
  /** The entity, or undefined where there is none. */
  get(place: CollectionKey, id: string): Awaitable<StoredEntity | undefined>;
  /**
   * One page, found by key and not by counting.
   *
   * @throws {PositionError} where `after` is no position in this order
   */
  page(place: CollectionKey, request: PageRequest): Awaitable<Page>;
  /**
   * All of them, in bounded memory; writes may go on meanwhile. In the order of ids, those past the last one
   * of the beginning are left out, so that it ends however fast others write. Nothing is held between two
   * steps: who stops in the middle leaves nothing open.
   */
  iterate(place: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity>;
  /** The ids of what `iterate` gives, in its order, some at a time. */
  ids(place: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]>;
  /** How many there are. */
  count(place: CollectionKey, selection?: Selection): Awaitable<number>;
  state(place: CollectionKey): Awaitable<CollectionState>;
}

/** Looks at what is kept, and changes it. */
export interface ReadWriter extends Reader {
  /**
   * Applies all changes, or none of them.
   *
   * @returns what became of each change, in their order; once it is there the changes are durable, unless
   *   they are part of a transaction
   * @throws {StoreConflictError} where a change cannot be made; nothing was written
   * @throws {StoreUnavailableError} where the store cannot write now; nothing was written
   */
  write(changes: readonly Change[]): Awaitable<readonly ChangeResult[]>;
}

/**
 * Several reads and writes that happen as one, or not at all. They may overlap; each is carried out as a whole.
 * A write that is refused has changed nothing, and the transaction can go on. It is of no use once `run` has
 * ended.
 */
export interface Transaction extends ReadWriter {
  /** What was remembered under a key and is not yet forgotten. */
  getRecord(key: string): Awaitable<string | undefined>;
  /**
   * Keeps a text under a key until a time, from which on the key is free again; it shares the fate of the
   * transaction.
   *
   * @throws {StoreConflictError} `exists` where something is kept under the key
   */
  putRecord(key: string, text: string, until: Date): Awaitable<void>;
}

/**
 * Where entities live. Every implementation passes one contract suite (`spec/store/contract.ts`).
 */
export interface Store extends ReadWriter {
  /** Makes ready for these collections. Called once, before any other method. */
  open(plans: readonly CollectionPlan[]): Awaitable<void>;
  /**
   * Runs several reads and writes as one: all of them see and leave a state as if nobody else wrote
   * meanwhile. Where that cannot be had, `run` is begun anew, so that it may run more than once; what it
   * writes is there once this is fulfilled, and none of it where it is rejected. It writes by what it is given,
   * for a write of the store itself may have to wait until it has ended.
   *
   * @returns what `run` gave
   * @throws {StoreUnavailableError} `busy` where others kept coming in between
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
  /** What may be a little behind, and costs the store itself nothing: for answers to GET. */
  readonly replica?: Reader;
  /**
   * Finds out whether the store can answer.
   *
   * @throws {StoreUnavailableError} where it cannot
   */
  check(): Awaitable<void>;
  close(): Awaitable<void>;
}
