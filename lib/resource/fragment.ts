import type { Awaitable } from '../store/store.js';
import type { Method } from './catalog.js';
import type { FragmentBase } from './classes.js';
import { declaredBase } from './declared-base.js';
import type { FragmentRequest } from './request.js';
import type { Schema } from './schema.js';

/** What a fragment is declared with, given to {@link Fragment.of}. */
export interface FragmentOptions {
  /** IRI reference, relative to the resource that it is part of; does not end in `/`. Default: `member`. */
  readonly iri?: string;
  /**
   * The member of the body that it is, or is made from: it is linked to where the body has the member. Without
   * one, `value` must be overridden, and the link is always there.
   */
  readonly member?: string;
  /** JSON Schema of what PUT takes, for a fragment that is no member of the body. */
  readonly schema?: Schema;
  /** The methods that it answers, if not all that it can: `['GET']` makes it read-only. */
  readonly methods?: readonly Method[];
  /** Whether changes need `If-Match`, and get 428 without it. Default: as its entity. */
  readonly requireIfMatch?: boolean;
}

/**
 * A part of a resource that can be fetched and changed on its own: under an entity, one of its values.
 * A string among the `fragments` of an entity declares the usual kind. Extend what {@link Fragment.of} gives for
 * another IRI, to restrict the methods, or for a part that is no member of the body.
 *
 * ```ts
 * import { Entity, Fragment } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * class Name extends Fragment.of({ iri: 'name', member: 'first_name', methods: ['GET'] }) {}
 *
 * class User extends Entity.of({ body: Type.Object({ first_name: Type.String() }) }) {
 *   static fragments() {
 *     return { name: Name };
 *   }
 * }
 * ```
 *
 * @see Shoji draft 02, announcement
 */
export abstract class Fragment {
  /** The class to extend. */
  static of(options: FragmentOptions): FragmentBase;
  static of(options: unknown): unknown {
    return declaredBase(this, { options });
  }

  /**
   * The value. By default the member of the entity's body. Undefined is served as null, for the link that leads
   * here is there; and as 404 where the body lacks the member.
   */
  value(request: FragmentRequest): Awaitable<unknown> {
    const { member } = (this.constructor as FragmentBase).options;
    const body = request.entity?.body as Readonly<Record<string, unknown>> | undefined;
    return member !== undefined && body !== undefined && Object.hasOwn(body, member)
      ? body[member]
      : undefined;
  }

  /**
   * Takes a new value, for a fragment that is no member of the body. Overriding it (together with
   * `schema`) is what makes such a fragment writable.
   *
   * @returns the value as it is now
   */
  replace?(value: unknown, request: FragmentRequest): Awaitable<unknown>;
}
