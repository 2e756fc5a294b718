import type { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { strongEtag, variantEtag } from '../../http/etag.js';
import type { Validators } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import { Fragment } from '../../resource/fragment.js';
import type { View } from '../../resource/view.js';
import { withTimeout } from '../request-context.js';
import type { RequestContext } from '../request-context.js';
import { andThen, isStored } from '../../resource/found.js';
import type { Awaitable, EntityRecord } from '../../resource/found.js';
import { toJsonText } from '../../resource/json-text.js';
import type { EntityNode, FragmentNode, Link, ViewNode, ResourceNode } from '../../resource/nodes.js';
import type { FragmentRequest, ViewRequest } from '../../resource/request.js';
import { mayFollow } from '../guard.js';
import type { ApiContext } from '../api-context.js';
import { formatHttpDate } from '../../http/http-date.js';
import { lastModifiedAt } from '../../http/last-modified.js';

/**
 * What the media types other than the preferred one add to an entity tag. The bytes are the same under each,
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
export function etagAs(type: string, { kind }: ResourceNode, etag: string): string {
  const variant = kind === 'catalog' || kind === 'entity' ? VARIANTS[type] : undefined;
  return variant === undefined ? etag : variantEtag(etag, variant);
}

/** Validators for a change of the resource itself, which may name the tag of whichever media type the client has seen. */
export function forChange({
  etag,
  lastModified,
  dated,
}: Validators & { readonly dated?: Dated | undefined }): Validators {
  const dates = { lastModified: lastModified ?? dated?.updated };
  if (etag === undefined) return dates;
  return { ...dates, etag, otherEtags: Object.values(VARIANTS).map((variant) => variantEtag(etag, variant)) };
}

/** The entity tag of a text that no version is known of. */
export function digestEtag(text: string): string {
  return strongEtag(createHash('sha256').update(text).digest('base64url').slice(0, 27));
}

/** What a resource is at this moment; its text is made only if it is asked for. */
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

/** The longest text that gets an entity tag of its own where no version is known, in characters. */
export const MOST_DIGESTED: number = 1024 * 1024;

/** One for all: it says nothing of the request, is never logged, and is made for every look at what is gone. */
const NOT_FOUND = new ProblemError('not-found');

/** @throws {ProblemError} 404 where there is none */
export function findEntity(
  served: ApiContext,
  exchange: RequestContext,
  node: EntityNode,
): Awaitable<EntityRecord> {
  const id = exchange.values[node.variables.length - 1] as string;
  return andThen(withTimeout(served, exchange, exchange.read(node.parent, id)), (found) => {
    if (found === undefined || found === null) throw NOT_FOUND;
    // The body of what a store gave is parsed only where somebody looks at it.
    if (isStored(found) || (typeof found.body === 'object' && found.body !== null)) return found;
    throw new TypeError(
      `${node.parent.className}.read() gives { body: {…} } or undefined; found ${typeof found}`,
    );
  });
}

export function representEntity(
  served: ApiContext,
  exchange: RequestContext,
  node: EntityNode,
  found: EntityRecord,
): Representation & { readonly text: () => string } {
  const { rendering } = node;
  const visible = visibility(served, exchange);
  return {
    etag: found.version === undefined ? undefined : strongEtag(found.version, rendering.tag(visible)),
    dated: found,
    text: () => rendering.entity(found, exchange.self, visible),
  };
}

export function representValue(
  served: ApiContext,
  exchange: RequestContext,
  node: FragmentNode | ViewNode,
): Awaitable<ValueRepresentation> {
  return andThen(findOwner(served, exchange, node), (entity) => {
    const part = instantiate(node);
    const value = withTimeout(served, exchange, part.value(exchange as never));
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
      return { etag: text.length <= MOST_DIGESTED ? digestEtag(text) : undefined, text: () => text };
    });
  });
}

function lacksMember({ member, parent }: FragmentNode, entity: EntityRecord | undefined): boolean {
  return parent.kind === 'entity' && member !== undefined && !Object.hasOwn(entity?.body ?? {}, member);
}

type ValueRepresentation = Omit<Representation, 'text'> & { readonly text: () => string };

/** The validators of a member's value, from its entity; undefined where the body lacks the member. */
export function memberValidators(member: string): (entity: EntityRecord) => Validators | undefined {
  return ({ body, version, updated }) => {
    if (!Object.hasOwn(body, member)) return undefined;
    return { etag: version === undefined ? undefined : strongEtag(version), lastModified: updated };
  };
}

/** Reads the entity that a fragment or view belongs to, where it belongs to one. */
export function findOwner(
  served: ApiContext,
  exchange: RequestContext,
  { parent }: FragmentNode | ViewNode,
): Awaitable<EntityRecord | undefined> {
  if (parent.kind !== 'entity') return exchange.entity;
  return andThen(findEntity(served, exchange, parent), (found) => (exchange.entity = found));
}

type Valued = {
  value(request: FragmentRequest | ViewRequest): unknown;
  replace?(value: unknown, request: FragmentRequest | ViewRequest): unknown;
};

/** An instance of a fragment's or view's class, for one request. */
export function instantiate(node: FragmentNode | ViewNode): Valued {
  return new (node.class as unknown as new () => Fragment & View)();
}

/** Which links the guard lets this caller see; undefined where there is no guard, and all are seen. */
export function visibility(
  served: ApiContext,
  exchange: RequestContext,
): ((link: Link) => boolean) | undefined {
  if (served.guard === undefined) return undefined;
  return ({ target }) => target === undefined || mayFollow(served, exchange, target);
}

/** How far behind a replica may be until a date that it gives is taken for the last one, in milliseconds. */
const LAG = 60_000;

/**
 * How long the `Date` of an answer may lag behind, in milliseconds: Node makes it once a second, or later where it is
 * busy. No Last-Modified may be later (RFC 9110, section 8.8.2.1).
 */
const DATE_LAG = 900;

/** The latest time that each store has promised nothing more of. */
const settled = new WeakMap<ApiContext['store'], number>();

/** Something that may know when it last changed, such as an entity. */
export interface Dated {
  readonly updated?: Date | undefined;
}

/** A value of `Last-Modified`. */
export interface LastModified {
  readonly text: string;
  /** Whether it stays what it is for as long as nothing changes: the second of the change is over. */
  readonly lasting: boolean;
}

/** What is sent in an answer that is made now; undefined where it is not known. */
export function lastModifiedOf({ store, replica }: ApiContext, dated: Dated): LastModified | undefined {
  const changed = dated.updated?.getTime();
  if (changed === undefined) return undefined;
  const now = Date.now();
  const time = lastModifiedAt(changed, now);
  const isOver = time >= changed && now > time + (replica === store ? DATE_LAG : LAG);
  // What is dated within the second may still come, from a write that is under way or after the clock is set back.
  const lasting = isOver && (time <= (settled.get(store) ?? -Infinity) || settle(store, time));
  return { text: formatHttpDate(lasting ? time : Math.min(time, lastModifiedAt(changed, changed))), lasting };
}

function settle(store: ApiContext['store'], time: number): boolean {
  if (store.settles?.(time) === false) return false;
  settled.set(store, time);
  return true;
}
