import type { Readable } from 'node:stream';
import { strongEtag } from '../http/etag.js';
import type { Validators } from '../http/preconditions.js';
import { ProblemError } from '../http/problem.js';
import { Fragment } from '../resource/fragment.js';
import type { View } from '../resource/view.js';
import type { RequestContext } from '../resource/exchange.js';
import { andThen, isStored } from '../resource/found.js';
import type { Awaitable, EntityRecord } from '../resource/found.js';
import { toJsonText } from '../resource/json-text.js';
import type { EntityNode, FragmentNode, Link, ViewNode } from '../resource/nodes.js';
import type { FragmentRequest, ViewRequest } from '../resource/request.js';
import { mayFollow } from './access.js';
import { digestEtag } from './entity-tags.js';
import type { Dated } from './last-modified.js';
import type { ApiContext } from './served.js';
import { withTimeout } from './settle.js';

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
