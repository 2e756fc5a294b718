import type { Readable } from 'node:stream';
import { strongEtag } from '../http/etag.js';
import type { Validators } from '../http/preconditions.js';
import type { Catalog } from '../resource/catalog.js';
import type { Exchange } from '../resource/exchange.js';
import { andThen, isThenable } from '../resource/found.js';
import type { Awaitable } from '../resource/found.js';
import type { CatalogNode, PageLimits } from '../resource/nodes.js';
import { nextReference, readPage } from '../resource/paging.js';
import { DocumentStream, PORTION } from './document-stream.js';
import { EntityList, listsItsStore, referencesTo } from './entity-list.js';
import { digestEtag } from './entity-tags.js';
import { KeptText } from './kept-text.js';
import { MOST_DIGESTED, visibility } from './representation.js';
import type { Representation } from './representation.js';
import type { Served } from './served.js';
import { settle } from './settle.js';

/** A catalog that lists entities, of its own or another's. */
type ListingNode = CatalogNode & { readonly listing: NonNullable<CatalogNode['listing']> };

type PagedNode = ListingNode & { readonly page: PageLimits };

/** What is known of a catalog before anything of its list is. */
interface CatalogState {
  readonly catalog: Catalog<never>;
  /** Undefined where only the list itself can tell whether it changed. */
  readonly etag?: string;
  /** When its entities last changed, as far as the store knows. */
  readonly updated?: Date | undefined;
  /** Its text at this version; undefined where none is kept. */
  readonly kept?: KeptText | undefined;
}

/** The catalog as it is now; its list is looked at only for the text, or where nothing else tells a version. */
export function representCatalog(
  served: Served,
  exchange: Exchange,
  node: CatalogNode,
): Awaitable<Representation> {
  if (!isListing(node)) return representFixed(served, exchange, node);
  return andThen(stateOf(served, exchange, node), (state) => {
    const { etag, catalog } = state;
    const text = (enough: number) =>
      isPaged(node) && listsItsStore(catalog)
        ? pageText(served, exchange, node, state)
        : listText(served, exchange, node, state, enough);
    if (etag !== undefined) {
      return { etag, dated: state, text: () => state.kept?.get() ?? text(PORTION) };
    }
    return text(MOST_DIGESTED).then(digested);
  });
}

/** What preconditions of a change are held against. The list itself is looked at only where nothing else tells a version. */
export function catalogValidators(
  served: Served,
  exchange: Exchange,
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
function representFixed(served: Served, exchange: Exchange, { rendering }: CatalogNode): Representation {
  const visible = visibility(served, exchange);
  return {
    etag: strongEtag('fixed', rendering.tag(visible)),
    text: () => rendering.document({ self: exchange.self }, visible),
  };
}

function stateOf(served: Served, exchange: Exchange, node: ListingNode): Awaitable<CatalogState> {
  const catalog = exchange.catalogAt(node);
  const given = catalog.collection.state();
  // One page costs hardly more than to ask a database once more whether it is still so.
  const keeps = isReading(exchange) && !(isPaged(node) && isThenable(given));
  return andThen(settle(served, exchange, given), ({ version, updated }) => {
    // What an overridden list() gives may change without the store knowing.
    if (version === undefined || !listsItsStore(catalog)) return { catalog, updated };
    const tag = node.rendering.tag(visibility(served, exchange));
    const etag = strongEtag(version, tag);
    const kept = keeps ? KeptText.of(served, exchange, catalog, { version, updated }, tag) : undefined;
    return { catalog, etag, updated, kept };
  });
}

/** What changes something may be part of a transaction, which sees what nobody else does. */
function isReading({ method }: Exchange): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function pageText(
  served: Served,
  exchange: Exchange,
  node: PagedNode,
  { catalog, updated, kept }: CatalogState,
): Promise<string> {
  const { self, query, asked = query } = exchange;
  const page = await settle(served, exchange, readPage(node, catalog.collection, query));
  const show = referencesTo(node.listing, served.absoluteLinks ? self : undefined);
  const entities = page.items.map(({ id }) => `"${show(id)}"`).join(',');
  const text = node.rendering.document(
    {
      self,
      updated,
      next: page.next === undefined ? undefined : nextReference(node, asked, page.next),
      last: `"entities":[${entities}]`,
    },
    visibility(served, exchange),
  );
  kept?.keep(text);
  return text;
}

/** @param enough - how many characters of the list are held at once; one that is longer becomes a stream */
async function listText(
  served: Served,
  exchange: Exchange,
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
  const whole = `${opening}${text}]}`;
  kept?.keep(whole);
  return whole;
}

/** A text by itself tells whether it has changed; one that is too long to be held has no entity tag. */
function digested(text: string | Readable): Representation {
  if (typeof text === 'string') return { etag: digestEtag(text), text: () => text };
  return { text: () => text, dismiss: () => void text.destroy() };
}
