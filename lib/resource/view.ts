import type { Awaitable } from '../store/store.js';
import type { ViewBase } from './classes.js';
import { declaredBase } from './declared-base.js';
import type { ViewRequest } from './request.js';
import type { Schema } from './schema.js';

/** What a view is declared with, given to {@link View.of}. */
export interface ViewOptions<Q extends Schema = Schema> {
  /** IRI reference or template, relative to the resource that links to it; its path does not end in `/`. */
  readonly iri: string;
  /** JSON Schema of an object: its query variables. */
  readonly query?: Q;
  /** JSON Schema of what PUT takes; with `replace` it makes the view writable. */
  readonly schema?: Schema;
  /** Whether changes need `If-Match`, and get 428 without it. Default: as `shoji()` is told. */
  readonly requireIfMatch?: boolean;
}

/**
 * An arrangement of data across entities, served as bare JSON. Extend what {@link View.of} gives.
 *
 * ```ts
 * import { View } from 'koa-shoji';
 * import type { ViewRequest } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * class Primes extends View.of({
 *   iri: 'primes{?below}',
 *   query: Type.Object({ below: Type.Optional(Type.Integer({ maximum: 100 })) }),
 * }) {
 *   value({ query: { below = 10 } }: ViewRequest<typeof Primes>) {
 *     return [2, 3, 5, 7, 11, 13].filter((prime) => prime < below);
 *   }
 * }
 * ```
 *
 * @see Shoji draft 02, §1.1
 */
export abstract class View {
  /** The class to extend. */
  static of<const Q extends Schema = Schema>(options: ViewOptions<Q>): ViewBase<Q>;
  static of(options: unknown): unknown {
    return declaredBase(this, { options });
  }

  /** What the view gives: anything that JSON can hold. */
  abstract value(request: ViewRequest): Awaitable<unknown>;

  /**
   * Takes a new value that `schema` has accepted. Declaring it is what makes the view answer PUT.
   *
   * @returns what the view gives now; undefined to have `value` asked
   */
  replace?(value: unknown, request: ViewRequest): Awaitable<unknown>;
}
