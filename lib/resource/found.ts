export { andThen, isThenable, type Awaitable } from '../store/awaitable.js';

/** An entity as `read` gives it: what comes from a store, or what a class draws from elsewhere. */
export interface EntityRecord<Body extends object = object> {
  readonly id?: string;
  readonly body: Body;
  /** Changes whenever the body does; without one there is no ETag and no conditional request. */
  readonly version?: string;
  /** When it last changed, shown as `updated`. */
  readonly updated?: Date;
}

/** An entity in a list: its id, or anything that has one. */
export type EntityRef = string | { readonly id: string };

/** What a write may depend on. */
export interface WriteOptions {
  /** The version that must still be the current one; absent, any will do. */
  readonly version?: string;
}

/** How an entity is made. */
export interface CreateOptions {
  /** The id that the client chose, where the catalog lets it choose. */
  readonly id?: string;
}

/** What an update is told beyond the whole new body. */
export interface UpdateOptions extends WriteOptions {
  /** The members that the client sent, each of which replaces what was there. */
  readonly changes: Readonly<Record<string, unknown>>;
}
