import { createNegotiation } from '../http/accept.js';
import type { Negotiation } from '../http/accept.js';
import { strongEtag } from '../http/etag.js';
import type { Validators } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import { resolveIri } from '../protocol/iri.js';
import { SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../protocol/documents.js';
import { Catalog } from '../resource/catalog.js';
import { Fragment } from '../resource/fragment.js';
import type { View } from '../resource/view.js';
import type { Exchange } from '../resource/exchange.js';
import { andThen } from '../resource/found.js';
import type { Awaitable, Found, Listed } from '../resource/found.js';
import { toJsonText } from '../resource/json-text.js';
import type {
  CatalogNode,
  EntityNode,
  FragmentNode,
  Link,
  ResourceNode,
  ViewNode,
} from '../resource/nodes.js';
import type { FragmentRequest, ViewRequest } from '../resource/request.js';
import { permits } from './served.js';
import type { Served } from './served.js';
import { settle } from './settle.js';

/** What a resource is at this moment; its text is made only if it is asked for. */
export interface Representation {
  readonly etag?: string | undefined;
  readonly text: () => Awaitable<string>;
}

const shoji = createNegotiation(SHOJI_MEDIA_TYPES);
const value = createNegotiation([VALUE_MEDIA_TYPE]);

/** The choice of media types for a resource's representations. */
export function negotiationOf(node: ResourceNode): Negotiation {
  return node.kind === 'catalog' || node.kind === 'entity' ? shoji : value;
}

/** @throws {Problem} 404 where there is no such entity, or nothing at such a part of it */
export function represent(served: Served, exchange: Exchange): Awaitable<Representation> {
  const { node } = exchange;
  switch (node.kind) {
    case 'entity':
      return andThen(findEntity(served, exchange, node), (found) =>
        representEntity(served, exchange, node, found),
      );
    case 'catalog':
      return representCatalog(served, exchange, node);
    default:
      return representValue(served, exchange, node);
  }
}

/** @throws {Problem} 404 where there is none */
export function findEntity(served: Served, exchange: Exchange, node: EntityNode): Awaitable<Found> {
  const id = exchange.values[node.variables.length - 1] as string;
  return andThen(settle(served, exchange, exchange.catalogAt(node.parent).read(id)), (found) => {
    if (found === undefined || found === null) throw new Problem('not-found');
    if (typeof found.body === 'object' && found.body !== null) return found;
    throw new TypeError(
      `${node.parent.className}.read() gives { body: {…} } or undefined; found ${typeof found}`,
    );
  });
}

export function representEntity(
  served: Served,
  exchange: Exchange,
  node: EntityNode,
  found: Found,
): Representation {
  const { rendering } = node;
  const visible = visibility(served, exchange);
  return {
    etag: found.version === undefined ? undefined : strongEtag(found.version, rendering.tag(visible)),
    text: () => rendering.entity(found, exchange.self, visible),
  };
}

/** The catalog as it is now. */
export async function representCatalog(
  served: Served,
  exchange: Exchange,
  node: CatalogNode,
): Promise<Representation> {
  const { rendering, listing } = node;
  const catalog = exchange.catalogAt(node);
  const visible = visibility(served, exchange);
  const state =
    listing === undefined ? undefined : await settle(served, exchange, catalog.collection.state());
  // What an overridden list() gives may change without the store knowing.
  const known = state !== undefined && catalog.list === Catalog.prototype.list;
  const version = listing === undefined ? 'fixed' : known ? state.version : undefined;
  const { self } = exchange;
  return {
    etag: version === undefined ? undefined : strongEtag(version, rendering.tag(visible)),
    text: async () => {
      const last =
        listing && `"entities":[${await references(served, exchange, catalog, listing.href, self)}]`;
      return rendering.document({ self, updated: state?.updated, last }, visible);
    },
  };
}

/** References to the entities that a catalog lists, as JSON strings with commas between. */
async function references(
  served: Served,
  exchange: Exchange,
  catalog: Catalog<never>,
  hrefOf: (id: string) => string,
  self: string,
): Promise<string> {
  const collect = async () => {
    const all: string[] = [];
    for await (const listed of await catalog.list(exchange.query)) {
      // Nobody waits any more; an endless list would go on for ever.
      if (exchange.aborted) break;
      const href = hrefOf(idOf(listed, catalog));
      all.push(`"${served.absoluteLinks ? resolveIri(href, self) : href}"`);
    }
    return all.join(',');
  };
  return settle(served, exchange, collect());
}

function idOf(listed: Listed, catalog: object): string {
  const id: unknown = typeof listed === 'object' && listed !== null ? listed.id : listed;
  if (typeof id === 'string' && id !== '') return id;
  throw new TypeError(
    `${catalog.constructor.name}.list() gives ids, or objects with an id; found ${JSON.stringify(listed)}`,
  );
}

export async function representValue(
  served: Served,
  exchange: Exchange,
  node: FragmentNode | ViewNode,
): Promise<Representation> {
  await findOwner(served, exchange, node);
  const part = instantiate(node);
  const given = await settle(served, exchange, part.value(exchange as never));
  if (given === undefined && node.kind === 'fragment') throw new Problem('not-found');
  const text = toJsonText(given);
  const { entity } = exchange;
  // Only the value of a member is sure to be the same for as long as the entity is.
  const known = part.value === Fragment.prototype.value && entity !== undefined;
  const member = node.kind === 'fragment' ? node.member : undefined;
  const etag = known && member !== undefined ? memberValidators(member)(entity)?.etag : undefined;
  return { etag, text: () => text };
}

/** The validators of a member's value, from its entity; undefined where the body lacks the member. */
export function memberValidators(member: string): (entity: Found) => Validators | undefined {
  return ({ body, version }) => {
    if (!Object.hasOwn(body, member)) return undefined;
    return version === undefined ? {} : { etag: strongEtag(version) };
  };
}

/** Reads the entity that a fragment or view belongs to, where it belongs to one. */
export async function findOwner(
  served: Served,
  exchange: Exchange,
  { parent }: FragmentNode | ViewNode,
): Promise<Found | undefined> {
  if (parent.kind === 'entity') exchange.entity = await findEntity(served, exchange, parent);
  return exchange.entity;
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
export function visibility(served: Served, exchange: Exchange): ((link: Link) => boolean) | undefined {
  const { guard } = served;
  if (guard === undefined) return undefined;
  return ({ target }) =>
    target === undefined ||
    permits(guard, {
      resource: target.class,
      parent: target.parent?.class,
      method: 'GET',
      state: exchange.state,
      params: exchange.params,
    });
}
