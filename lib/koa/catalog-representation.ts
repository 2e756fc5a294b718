import type { Readable } from 'node:stream';
import { strongEtag } from '../http/etag.js';
import type { Validators } from '../http/preconditions.js';
import type { Catalog } from '../resource/catalog.js';
import type { RequestContext } from '../resource/exchange.js';
import { andThen } from '../resource/found.js';
import type { Awaitable } from '../resource/found.js';
import type { CatalogNode, PageLimits } from '../resource/nodes.js';
import { nextReference, readPage } from '../resource/paging.js';
import { DocumentStream, PORTION } from './document-stream.js';
import { EntityList, listsItsStore, referencesTo } from './entity-list.js';
import { digestEtag } from './entity-tags.js';
import { KeptText } from './kept-text.js';
import { MOST_DIGESTED, visibility } from './representation.js';
import type { Representation, TaggedText } from './representation.js';
import type { ApiContext } from './served.js';
import { withTimeout } from './settle.js';

/** A catalog that lists entities, of its own or another's. */
type ListingNode = CatalogNode & { readonly listing: NonNullable<CatalogNode['listing']> };

type PagedNode = ListingNode & { readonly page: PageLimits };

/** What is known of a catalog before anything of its list is. */
interface CatalogState {
  readonly catalog: Catalog<never>;
  /** Undefined where only the list itself can tell whether it changed. */
  readonly etag?: string;
  /** What the store said, and stands for in the tag. */
  readonly version?: string;
  /** When its entities last changed, as far as the store knows. */
  readonly updated?: Date | undefined;
  /** Its text at this version; undefined where none is kept. */
  readonly kept?: KeptText | undefined;
}

/** The catalog as it is now; its list is looked at only for the text, or where nothing else tells a version. */
export function representCatalog(
  served: ApiContext,
  exchange: RequestContext,
  node: CatalogNode,
): Awaitable<Representation> {
  if (!isListing(node)) return representFixed(served, exchange, node);
  return andThen(stateOf(served, exchange, node), (state) => {
    const { etag, kept } = state;
    if (etag === undefined) return readList(served, exchange, node, state, MOST_DIGESTED).then(digested);
    return {
      etag,
      dated: state,
      mayBeWeak: () => served.replica !== served.store || (!isPaged(node) && !isShort(kept?.get())),
      text: () => kept?.get() ?? readTagged(served, exchange, node, state, etag),
    };
  });
}

/** Whether a text that is kept was never too long to be held at once. */
function isShort(text: string | undefined): boolean {
  return text !== undefined && text.length <= PORTION;
}

/** @param enough - how many characters of the list are held at once; one that is longer becomes a stream */
function readList(
  served: ApiContext,
  exchange: RequestContext,
  node: ListingNode,
  state: CatalogState,
  enough: number,
): Promise<string | DocumentStream> {
  return isPaged(node) && listsItsStore(state.catalog)
    ? pageText(served, exchange, node, state)
    : listText(served, exchange, node, state, enough);
}

/**
 * What was read after the state, under a tag that no other text has. Where others wrote meanwhile it may be of neither
 * state, and only stands for itself. A list that is too long to be held at once is sent before that is known: it has
 * a weak tag, by which nobody takes two of them for the same bytes, and which holds for as long as the state does.
 *
 * @see RFC 9110, section 8.8.1
 */
async function readTagged(
  served: ApiContext,
  exchange: RequestContext,
  node: ListingNode,
  state: CatalogState,
  etag: string,
): Promise<string | TaggedText> {
  const body = await readList(served, exchange, node, state, PORTION);
  // A replica that fails leaves it to the primary to answer, so that states and text may be of two.
  if (typeof body !== 'string' || served.replica !== served.store) {
    return { body, etag: `W/${etag}` };
  }
  const { catalog, version, updated } = state;
  const now = await withTimeout(served, exchange, catalog.collection.state());
  const isSame = now.version === version && now.updated?.getTime() === updated?.getTime();
  if (!isSame) return { body, etag: digestEtag(body) };
  state.kept?.put(body);
  return body;
}

/** What preconditions of a change are held against. The list itself is looked at only where nothing else tells a version. */
export function catalogValidators(
  served: ApiContext,
  exchange: RequestContext,
  node: CatalogNode,
): Awaitable<Validators> {
  return andThen(representCatalog(served, exchange, node), ({ etag, dated, dismiss }) => {
    dismiss?.();
    return { etag, lastModified: dated?.updated };
  });
}

function isListing(node: CatalogNode): node is ListingNode {
  return node.listing !== undefined;
}

function isPaged(node: ListingNode): node is PagedNode {
  return node.page !== undefined;
}

/** A catalog that lists nothing is all declaration. */
function representFixed(
  served: ApiContext,
  exchange: RequestContext,
  { rendering }: CatalogNode,
): Representation {
  const visible = visibility(served, exchange);
  return {
    etag: strongEtag('fixed', rendering.tag(visible)),
    text: () => rendering.document({ self: exchange.self }, visible),
  };
}

function stateOf(served: ApiContext, exchange: RequestContext, node: ListingNode): Awaitable<CatalogState> {
  const catalog = exchange.catalogAt(node);
  const given = catalog.collection.state();
  const keeps = isReading(exchange);
  return andThen(withTimeout(served, exchange, given), ({ version, updated }) => {
    // What an overridden list() gives may change without the store knowing.
    if (version === undefined || !listsItsStore(catalog)) return { catalog, updated };
    const tag = node.rendering.tag(visibility(served, exchange));
    const etag = strongEtag(version, tag);
    const kept = keeps ? KeptText.of(served, exchange, catalog, { version, updated }, tag) : undefined;
    return { catalog, etag, version, updated, kept };
  });
}

/** What changes something may be part of a transaction, which sees what nobody else does. */
function isReading({ method }: RequestContext): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function pageText(
  served: ApiContext,
  exchange: RequestContext,
  node: PagedNode,
  { catalog, updated }: CatalogState,
): Promise<string> {
  const { self, query, asked = query } = exchange;
  const page = await withTimeout(served, exchange, readPage(node, catalog.collection, query));
  const show = referencesTo(node.listing, served.absoluteLinks ? self : undefined);
  const entities = page.items.map(({ id }) => `"${show(id)}"`).join(',');
  return node.rendering.document(
    {
      self,
      updated,
      next: page.next === undefined ? undefined : nextReference(node, asked, page.next),
      last: `"entities":[${entities}]`,
    },
    visibility(served, exchange),
  );
}

/** @param enough - how many characters of the list are held at once; one that is longer becomes a stream */
async function listText(
  served: ApiContext,
  exchange: RequestContext,
  { listing, rendering }: ListingNode,
  { catalog, updated, kept }: CatalogState,
  enough: number,
): Promise<string | DocumentStream> {
  const { self } = exchange;
  const show = referencesTo(listing, served.absoluteLinks ? self : undefined);
  const list = new EntityList(served, exchange, catalog, show);
  const { text, last } = await list.portion(enough);
  const opening = `${rendering.opening({ self, updated }, visibility(served, exchange))},"entities":[`;
  if (!last) return new DocumentStream(opening + text, list, ']}', kept?.gather());
  return `${opening}${text}]}`;
}

/** A text by itself tells whether it has changed; one that is too long to be held has no entity tag. */
function digested(text: string | Readable): Representation {
  if (typeof text === 'string') return { etag: digestEtag(text), text: () => text };
  return { text: () => text, dismiss: () => void text.destroy() };
}
