import type { Awaitable } from '../store/store.js';
import type { ViewRequest } from './request.js';
import type { Schema } from './schema.js';

/**
 * An arrangement of data across entities, served as bare JSON.
 *
 * ```ts
 * class SoldCounts extends View {
 *   static iri = 'sold_counts{?min}';
 *   static query = Type.Object({ min: Type.Optional(Type.Integer()) });
 *   async value({ query, catalog }: ViewRequest<typeof SoldCounts, Users>) { … }
 * }
 * ```
 *
 * @see Shoji draft 02, §1.1
 */
export abstract class View {
  /** IRI reference or template, relative to the resource that links to it; its path does not end in `/`. */
  static iri: string;
  /** JSON Schema of an object: its query variables. */
  static query?: Schema;
  /** JSON Schema of what PUT takes; with `replace` it makes the view writable. */
  static schema?: Schema;
  /** Whether changes need `If-Match`, and get 428 without it. Default: as `shoji()` is told. */
  static requireIfMatch?: boolean;

  /** What the view gives: anything that JSON can hold. */
  abstract value(request: ViewRequest): Awaitable<unknown>;

  /**
   * Takes a new value that `schema` has accepted. Declaring it is what makes the view answer PUT.
   *
   * @returns what the view gives now; undefined to have `value` asked
   */
  replace?(value: unknown, request: ViewRequest): Awaitable<unknown>;
}
