import type { Awaitable } from '../store/store.js';
import type { FragmentRequest } from './request.js';
import type { Schema } from './schema.js';

/**
 * A part of a resource that can be fetched and changed on its own: under an entity, one of its values.
 * A string in a `fragments` map declares the usual kind; extend this class for another IRI, to restrict
 * the methods, or for a part that is no member of the body.
 *
 * @see Shoji draft 02, announcement
 */
export abstract class Fragment {
  /** IRI reference, relative to the resource that it is part of; does not end in `/`. Default: `member`. */
  static iri?: string;
  /**
   * The member of the body that it is, or is made from: it is linked to where the body has the member. Without
   * one, `value` must be overridden, and the link is always there.
   */
  static member?: string;
  /** JSON Schema of what PUT takes, for a fragment that is no member of the body. */
  static schema?: Schema;
  /** The methods that it answers, if not all that it can: `['GET']` makes it read-only. */
  static methods?: readonly string[];
  /** Whether changes need `If-Match`, and get 428 without it. Default: as its entity. */
  static requireIfMatch?: boolean;

  /**
   * The value. By default the member of the entity's body. Undefined is served as null, for the link that leads
   * here is there; and as 404 where the body lacks the member.
   */
  value(request: FragmentRequest): Awaitable<unknown> {
    const { member } = this.constructor as typeof Fragment;
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
