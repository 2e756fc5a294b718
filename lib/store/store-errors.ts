import { brand } from '../protocol/brand.js';

/**
 * Tells why a {@link Store} refuses a change:
 * - `missing`: there is no such entity, or none that the new one would stand within;
 * - `exists`: the id that a client chose is taken;
 * - `version`: the entity is no longer at the version that the change was made for;
 * - `in-use`: entities within it, or that refer to it, still exist;
 * - `unique`: another entity has the same values in members that no two may share;
 * - `reference`: a member refers to an entity that does not exist;
 * - `bad-id`: the id is not of the kind that the collection declares, or there is none left to give;
 * - `refused`: an existing table does not take such a value: by its types, NOT NULL, CHECK or a trigger.
 */
export type ConflictReason =
  'missing' | 'exists' | 'version' | 'in-use' | 'unique' | 'reference' | 'bad-id' | 'refused';

/**
 * Thrown by a store that refuses a change. The batch that the change was in has changed nothing, so that you can
 * correct it and write again.
 *
 * @example
 * ```ts
 * import { MemoryStore, StoreConflictError } from 'koa-shoji/store';
 *
 * const books = { collection: 'books', parentIds: [] };
 * const store = new MemoryStore();
 * store.open([{ collection: 'books', ids: 'client', depth: 0, members: [], unique: [], references: [] }]);
 * store.write([{ do: 'create', key: books, id: 'emma', body: {} }]);
 * try {
 *   store.write([{ do: 'create', key: books, id: 'emma', body: {} }]);
 * } catch (error) {
 *   if (!(error instanceof StoreConflictError)) throw error;
 *   console.log(error.code, error.reason); // SHOJI_STORE_CONFLICT exists
 * }
 * ```
 */
export class StoreConflictError extends Error {
  readonly code = 'SHOJI_STORE_CONFLICT';
  readonly reason: ConflictReason;
  /** Position of the refused change in its batch. */
  readonly change: number;
  /** The members of the body that stand against it: of `unique`, `reference`, and of `refused` those that lack a value. */
  readonly members: readonly string[];

  constructor(reason: ConflictReason, change: number, message: string, members: readonly string[] = []) {
    super(message);
    this.name = 'StoreConflictError';
    this.reason = reason;
    this.change = change;
    this.members = members;
  }
}
brand(StoreConflictError, 'StoreConflictError');

/**
 * Tells why a store cannot do now what it is there for:
 * - `busy`: something else holds what it needs, or kept coming in between;
 * - `unreachable`: its database does not answer, or the connection broke;
 * - `failed`: reading or writing its files failed;
 * - `full`: there is no room to keep a change.
 */
export type Unavailability = 'busy' | 'unreachable' | 'failed' | 'full';

/**
 * Thrown by a store that cannot answer now: try again after `retryAfter` seconds. Of what was to be written nothing
 * is kept, with one exception: where the connection to a database broke during the commit, that cannot be known.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'SHOJI_STORE_UNAVAILABLE';
  readonly reason: Unavailability;
  /** When it makes sense to try again, in seconds. */
  readonly retryAfter: number;

  constructor(
    reason: Unavailability,
    message: string,
    options: { cause?: unknown; retryAfter?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StoreUnavailableError';
    this.reason = reason;
    this.retryAfter = options.retryAfter ?? 1;
  }
}
brand(StoreUnavailableError, 'StoreUnavailableError');

/**
 * Thrown where a column of an existing table holds what no body can: a number whose digits a double does not hold.
 * Allow a string there in the schema, and the digits come as that.
 */
export class UnreadableValueError extends Error {
  readonly code = 'SHOJI_STORE_UNREADABLE_VALUE';
  readonly column: string;
  /** The member of bodies that the column is for. */
  readonly member: string;

  constructor(column: string, member: string, message: string) {
    super(message);
    this.name = 'UnreadableValueError';
    this.column = column;
    this.member = member;
  }
}

/** Thrown where the text that is given as a position in a list is none: take one from {@link Page.next}. */
export class PositionError extends RangeError {
  readonly code = 'SHOJI_STORE_POSITION';

  constructor(text: string) {
    super(`${JSON.stringify(text)} is no position in this list; take one from a link that the list gives`);
    this.name = 'PositionError';
  }
}
brand(PositionError, 'PositionError');
