import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { strongEtag, variantEtag } from '../../http/etag.js';
import { formatHttpDate, lastModifiedAt } from '../../http/http-date.js';
import type { Validators } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import { andThen } from '../../resource/entity-record.js';
import type { Awaitable, EntityRecord } from '../../resource/entity-record.js';
import { Fragment } from '../../resource/resource-classes.js';
import type { FragmentRequest, ViewRequest, View } from '../../resource/resource-classes.js';
import { toJsonText } from '../../declaration/json-text.js';
import type { EntityNode, FragmentNode, ResourceNode, ViewNode } from '../../declaration/nodes.js';
import { isStored } from '../../declaration/rendering.js';
import type { ApiContext } from '../api-context.js';
import { linkFilter } from '../guard.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';

// What entities and values are at this moment, with the tags and dates that tell one state from another.

/** A resource as it is at this moment; its text is made only if it is asked for. */
export interface Representation {
  /** The tag of the preferred media type. */
  readonly etag?: string | undefined;
  /** What knows when it last changed, which is read only where it is needed; absent where that is not known. */
  readonly dated?: Dated | undefined;
  /** Called once at most. */
  readonly text: () => Awaitable<string | Readable | TaggedText>;
  /** Whether its text may have been sent under the weak form of its tag: known once the text is. */
  readonly mayBeWeak?: () => boolean;
  /** To be called instead of `text` where something was begun that must be ended. */
  readonly dismiss?: () => void;
}

/** A text that has another tag than its representation: it was read at another moment, or over some time. */
export interface TaggedText {
  readonly body: string | Readable;
  /** As the preferred media type has it; may be weak. */
  readonly etag: string;
}

/** A representation of which the text is there. */
export type TextRepresentation = Omit<Representation, 'text'> & { readonly text: () => string };

export function representEntity(
  request: RequestContext,
  { rendering }: EntityNode,
  found: EntityRecord,
): TextRepresentation {
  const visible = request.api.guard === undefined ? undefined : linkFilter(request);
  return {
    etag: found.version === undefined ? undefined : strongEtag(found.version, rendering.tag(visible)),
    dated: found,
    text: () => rendering.entity(found, request.self, visible),
  };
}

/** The response to a request that has made or changed an entity; its tag is that of the preferred media type. */
export function entityResponse(
  request: RequestContext,
  node: EntityNode,
  entity: EntityRecord,
  status: 200 | 201 = 200,
): HttpResponse {
  requireEntity(node, entity);
  const { etag, text } = representEntity(request, node, entity);
  const { self } = request;
  const headers: Record<string, string> = { 'content-location': self };
  if (etag !== undefined) headers['etag'] = etag;
  if (status === 201) headers['location'] = self;
  return { status, headers, body: text() };
}

/** @throws {TypeError} where a class gives something else than the entity that it has written */
function requireEntity({ parent }: EntityNode, given: unknown): void {
  const entity = given as EntityRecord | undefined | null;
  // The body of what a store gave is parsed only where something looks at it.
  if (entity !== undefined && entity !== null && (isStored(entity) || typeof entity.body === 'object'))
    return;
  throw new TypeError(`${parent.className} gives the entity as it is after a write; found ${typeof given}`);
}

/** @throws {ProblemError} 404 where there is no such entity, or nothing at such a part of it */
export function representValue(
  request: RequestContext,
  node: FragmentNode | ViewNode,
): Awaitable<TextRepresentation> {
  return andThen(findOwner(request, node), (entity) => {
    const part = instantiate(node);
    const value = request.withTimeout(part.value(request as never));
    // Only the value of a member is sure to be the same for as long as the entity is.
    const isMember =
      node.kind === 'fragment' && node.member !== undefined && part.value === Fragment.prototype.value;
    return andThen(value, (given) => {
      const isNothing = given === undefined && node.kind === 'fragment';
      // The document links to it only where the body has the member; to what is of no member, always.
      if (isNothing && (isMember || lacksMember(node, entity))) throw new ProblemError('not-found');
      const text = isNothing ? 'null' : toJsonText(given);
      if (isMember && entity?.version !== undefined) {
        return { etag: strongEtag(entity.version), dated: entity, text: () => text };
      }
      return { etag: text.length <= MAX_DIGESTED ? digestEtag(text) : undefined, text: () => text };
    });
  });
}

function lacksMember({ member, parent }: FragmentNode, entity: EntityRecord | undefined): boolean {
  return parent.kind === 'entity' && member !== undefined && !Object.hasOwn(entity?.body ?? {}, member);
}

/** Reads the entity that a fragment or view belongs to, where it belongs to one. */
export function findOwner(
  request: RequestContext,
  { parent }: FragmentNode | ViewNode,
): Awaitable<EntityRecord | undefined> {
  if (parent.kind !== 'entity') return request.entity;
  return andThen(request.findEntity(parent), (found) => (request.entity = found));
}

type ValueInstance = {
  value(request: FragmentRequest | ViewRequest): unknown;
  replace?(value: unknown, request: FragmentRequest | ViewRequest): unknown;
};

/** An instance of a fragment's or view's class, for one request. */
export function instantiate(node: FragmentNode | ViewNode): ValueInstance {
  return new (node.class as unknown as new () => Fragment & View)();
}

// Entity tags.

/** The longest text that gets an entity tag of its own where no version is known, in characters. */
export const MAX_DIGESTED: number = 1024 * 1024;

/** The entity tag of a text that no version is known of. */
export function digestEtag(text: string): string {
  return strongEtag(createHash('sha256').update(text).digest('base64url').slice(0, 27));
}

/**
 * Added to the entity tag under media types other than the preferred one. The bytes are the same under each,
 * but a cache that holds one representation must not be told that it may give it out as another.
 *
 * @see RFC 9110, section 8.8.1 and RFC 9111, section 4.3.4
 */
const VARIANTS: Readonly<Record<string, string>> = { 'application/shoji': 's', 'application/json': 'j' };

/**
 * The entity tag of a representation that is sent as this media type.
 *
 * @param node - what it is of; values have one media type only
 * @param etag - the tag of the same as the preferred type
 */
export function etagFor(type: string, { kind }: ResourceNode, etag: string): string {
  const variant = kind === 'catalog' || kind === 'entity' ? VARIANTS[type] : undefined;
  return variant === undefined ? etag : variantEtag(etag, variant);
}

/** Validators for a change of the resource itself, which may name the tag of whichever media type the client has seen. */
export function validatorsForChange({
  etag,
  lastModified,
  dated,
}: Validators & { readonly dated?: Dated | undefined }): Validators {
  const dates = { lastModified: lastModified ?? dated?.updated };
  if (etag === undefined) return dates;
  return { ...dates, etag, otherEtags: Object.values(VARIANTS).map((variant) => variantEtag(etag, variant)) };
}

/** The validators of a member's value, from its entity; undefined where the body lacks the member. */
export function memberValidators(member: string): (entity: EntityRecord) => Validators | undefined {
  return ({ body, version, updated }) => {
    if (!Object.hasOwn(body, member)) return undefined;
    return { etag: version === undefined ? undefined : strongEtag(version), lastModified: updated };
  };
}

// Dates.

/** Something that may know when it last changed, such as an entity. */
export interface Dated {
  readonly updated?: Date | undefined;
}

/** How far behind a replica may be until a date that it gives is taken for the last one, in milliseconds. */
const REPLICA_LAG_MS = 60_000;

/**
 * How long the `Date` of an answer may lag behind, in milliseconds: Node makes it once a second, or later where it is
 * busy. No Last-Modified may be later (RFC 9110, section 8.8.2.1).
 */
const DATE_LAG_MS = 900;

/** A value of `Last-Modified`. */
export interface LastModified {
  readonly text: string;
  /** Whether it stays what it is for as long as nothing changes: the second of the change is over. */
  readonly isLasting: boolean;
}

/** The value of `Last-Modified` in a response that is made now; undefined where it is not known. */
export function lastModifiedOf(api: ApiContext, { updated }: Dated): LastModified | undefined {
  const changed = updated?.getTime();
  if (changed === undefined) return undefined;
  const now = Date.now();
  const time = lastModifiedAt(changed, now);
  const lag = api.replica === api.store ? DATE_LAG_MS : REPLICA_LAG_MS;
  const isOver = time >= changed && now > time + lag;
  // What is dated within the second may still come, from a write that is under way or after the clock is set back.
  const isLasting = isOver && (time <= api.settledUntil || settle(api, time));
  const shown = isLasting ? time : Math.min(time, lastModifiedAt(changed, changed));
  return { text: formatHttpDate(shown), isLasting };
}

/** Asks the store whether nothing that is yet to come will be dated before a time. */
function settle(api: ApiContext, time: number): boolean {
  if (api.store.settles?.(time) === false) return false;
  api.settledUntil = time;
  return true;
}
