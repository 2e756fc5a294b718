import { Readable } from 'node:stream';
import { strongEtag } from '../../http/etag.js';
import type { Validators } from '../../http/preconditions.js';
import { resolveIri } from '../../protocol/iri/resolve-iri.js';
import { Catalog } from '../../resource/resource-classes.js';
import { andThen } from '../../resource/entity-record.js';
import type { Awaitable, EntityRef } from '../../resource/entity-record.js';
import type { CatalogNode, Link, PageLimits } from '../../declaration/nodes.js';
import { toError } from '../error-response.js';
import { linkFilter } from '../guard.js';
import { clientLeft } from '../request-context.js';
import type { RequestContext } from '../request-context.js';
import { MAX_DIGESTED, digestEtag } from './entities.js';
import type { Representation, TaggedText } from './entities.js';
import { CachedList } from './list-cache.js';
import type { TextCollector } from './list-cache.js';
import { selectionOf } from '../../resource/collection.js';
import type { Collection, ListQuery } from '../../resource/collection.js';
import { queryOf } from '../../declaration/resource-iris.js';
import { badQuery } from '../../declaration/query-schema.js';
import { PositionError } from '../../store/store-errors.js';
import type { Page, PageRequest } from '../../store/store.js';

/** A catalog that lists entities, of its own or another's. */
type ListingNode = CatalogNode & { readonly listing: NonNullable<CatalogNode['listing']> };

type PagedNode = ListingNode & { readonly page: PageLimits };

/** The state of a catalog, which is known before anything of its list is. */
interface ListingState {
  readonly catalog: Catalog<never>;
  readonly visible: ((link: Link) => boolean) | undefined;
  /** Undefined where only the list itself can tell whether it changed. */
  readonly etag?: string;
  /** What the store said, and stands for in the tag. */
  readonly version?: string;
  /** When its entities last changed, as far as the store knows. */
  readonly updated?: Date | undefined;
  /** Its text at this version; undefined where none is kept. */
  readonly cached?: CachedList | undefined;
}

/** The catalog as it is now; its list is looked at only for the text, or where nothing else tells a version. */
export function representCatalog(request: RequestContext, node: CatalogNode): Awaitable<Representation> {
  const visible = request.api.guard === undefined ? undefined : linkFilter(request);
  if (!isListing(node)) return representFixed(request, node, visible);
  return andThen(readState(request, node, visible), (state) => {
    const { etag, cached } = state;
    if (etag === undefined) return readList(request, node, state, MAX_DIGESTED).then(representDigested);
    const { replica, store } = request.api;
    return {
      etag,
      dated: state,
      mayBeWeak: () => replica !== store || (!isPaged(node) && !isShort(cached?.get())),
      text: () => cached?.get() ?? readTagged(request, node, state, etag),
    };
  });
}

/** Gives the validators that a change is held to. The list itself is read only where nothing else tells a version. */
export function catalogValidators(request: RequestContext, node: CatalogNode): Awaitable<Validators> {
  return andThen(representCatalog(request, node), ({ etag, dated, dismiss }) => {
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

/** Whether a text that is kept was never too long to be held at once. */
function isShort(text: string | undefined): boolean {
  return text !== undefined && text.length <= PORTION_LENGTH;
}

/** Whether a catalog lists what its store has, and not what its class says. */
function listsItsStore(catalog: Catalog<never>): boolean {
  return catalog.list === Catalog.prototype.list;
}

/** A catalog that lists nothing is all declaration. */
function representFixed(
  request: RequestContext,
  { rendering }: CatalogNode,
  visible: ListingState['visible'],
): Representation {
  return {
    etag: strongEtag('fixed', rendering.tag(visible)),
    text: () => rendering.document({ self: request.self }, visible),
  };
}

/** A text by itself tells whether it has changed; one that is too long to be held has no entity tag. */
function representDigested(text: string | Readable): Representation {
  if (typeof text === 'string') return { etag: digestEtag(text), text: () => text };
  return { text: () => text, dismiss: () => void text.destroy() };
}

function readState(
  request: RequestContext,
  node: ListingNode,
  visible: ListingState['visible'],
): Awaitable<ListingState> {
  const { api } = request;
  const catalog = request.catalogAt(node);
  return andThen(request.withTimeout(catalog.collection.state()), ({ version, updated }) => {
    // What an overridden list() gives may change without the store knowing.
    if (version === undefined || !listsItsStore(catalog)) return { catalog, visible, updated };
    const tag = node.rendering.tag(visible);
    // What a replica says first and what it says last may be of two states.
    const isCached = isReading(request) && api.replica === api.store;
    const cached = isCached
      ? new CachedList(api.lists, JSON.stringify([request.self, tag, request.query]), catalog, {
          version,
          updated,
        })
      : undefined;
    return { catalog, visible, etag: strongEtag(version, tag), version, updated, cached };
  });
}

/** A change may be part of a transaction, which sees what nothing outside of it does. */
function isReading({ method }: RequestContext): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * Reads the list after its state, under a tag that no other text has. Where something was written meanwhile it may be
 * of neither state, and only stands for itself. A list that is too long to be held at once is sent before that is
 * known: it has a weak tag, by which no client takes two of them for the same bytes, and which holds for as long as
 * the state does.
 *
 * @see RFC 9110, section 8.8.1
 */
async function readTagged(
  request: RequestContext,
  node: ListingNode,
  state: ListingState,
  etag: string,
): Promise<string | TaggedText> {
  const { replica, store } = request.api;
  const body = await readList(request, node, state, PORTION_LENGTH);
  // A replica that fails leaves it to the primary to answer, so that states and text may be of two.
  if (typeof body !== 'string' || replica !== store) return { body, etag: `W/${etag}` };
  const { catalog, version, updated } = state;
  const now = await request.withTimeout(catalog.collection.state());
  const isSame = now.version === version && now.updated?.getTime() === updated?.getTime();
  if (!isSame) return { body, etag: digestEtag(body) };
  state.cached?.set(body);
  return body;
}

/** @param enough - how many characters of the list are held at once; one that is longer becomes a stream */
function readList(
  request: RequestContext,
  node: ListingNode,
  state: ListingState,
  enough: number,
): Promise<string | DocumentStream> {
  return isPaged(node) && listsItsStore(state.catalog)
    ? readPageText(request, node, state)
    : readListText(request, node, state, enough);
}

async function readPageText(
  request: RequestContext,
  node: PagedNode,
  { catalog, updated, visible }: ListingState,
): Promise<string> {
  const { api, self, query, asked = query } = request;
  const page = await request.withTimeout(readPage(node, catalog.collection, query));
  const toReference = referencesTo(node.listing, api.absoluteLinks ? self : undefined);
  const entities = page.items.map(({ id }) => `"${toReference(id)}"`).join(',');
  return node.rendering.document(
    {
      self,
      updated,
      next: page.next === undefined ? undefined : nextReference(node, asked, page.next),
      last: `"entities":[${entities}]`,
    },
    visible,
  );
}

async function readListText(
  request: RequestContext,
  { listing, rendering }: ListingNode,
  { catalog, updated, cached, visible }: ListingState,
  enough: number,
): Promise<string | DocumentStream> {
  const { api, self } = request;
  const list = new EntityList(request, catalog, referencesTo(listing, api.absoluteLinks ? self : undefined));
  const { text, last } = await list.readPortion(enough);
  const opening = `${rendering.opening({ self, updated }, visible)},"entities":[`;
  if (!last) return new DocumentStream(opening + text, list, ']}', cached?.collect());
  return `${opening}${text}]}`;
}

/**
 * Makes references to the entities that a catalog lists.
 *
 * @param self - what they are resolved against; undefined where they are shown as they are
 */
function referencesTo(
  { href }: NonNullable<CatalogNode['listing']>,
  self: string | undefined,
): (id: string) => string {
  return self === undefined ? href : (id) => resolveIri(href(id), self);
}

/** How many characters of a document are held at a time. */
const PORTION_LENGTH = 16 * 1024;

/** How long a portion is waited for to fill up: a list that grows slowly is sent as it grows. */
const MAX_PORTION_MS = 1000;

/** How many ids of a class's own list are taken together, and for how long at most: a wait is for a batch. */
const MAX_BATCH = 1000;
const MAX_BATCH_MS = 10;

/** A part of a list. */
interface Portion {
  /** References as JSON strings, with a comma before each but the first of the list. */
  readonly text: string;
  /** Whether the list ends here. */
  readonly last: boolean;
}

/** The references to the entities that a catalog lists, for one response, a portion at a time. */
class EntityList {
  readonly #request: RequestContext;
  readonly #ids: AsyncIterator<readonly string[]>;
  readonly #toReference: (id: string) => string;
  #begun = false;
  #ended = false;

  /** @param toReference - makes the reference to an entity of its id */
  constructor(request: RequestContext, catalog: Catalog<never>, toReference: (id: string) => string) {
    this.#request = request;
    this.#toReference = toReference;
    const ids = listsItsStore(catalog)
      ? catalog.collection.ids(catalog.collection.selection(request.query))
      : idsOf(catalog, request.query);
    this.#ids = ids[Symbol.asyncIterator]();
  }

  /**
   * Goes on with the list. Where that fails, the list is closed.
   *
   * @param enough - how many characters a portion has at least, unless the list ends or grows slowly
   * @throws {ProblemError} `timeout` where the next entity is not there within the time limit
   */
  async readPortion(enough: number): Promise<Portion> {
    const until = performance.now() + MAX_PORTION_MS;
    let text = '';
    try {
      for (;;) {
        const { value: ids, done } = await this.#request.withTimeout(this.#ids.next());
        // An endless list would go on for ever; and one that stops in the middle must not look whole.
        if (this.#request.aborted) throw clientLeft();
        if (done === true) {
          this.#ended = true;
          return { text, last: true };
        }
        text += this.#textOf(ids);
        if (text.length >= enough || (text !== '' && performance.now() > until)) return { text, last: false };
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Ends the list before its end: the rest is of no use. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#request.abort(clientLeft());
    // Whatever a class that is told to stop still has to say, no response takes it.
    this.#ids.return?.().catch(() => undefined);
  }

  #textOf(ids: readonly string[]): string {
    if (ids.length === 0) return '';
    const text = `"${ids.map(this.#toReference).join('","')}"`;
    if (this.#begun) return `,${text}`;
    this.#begun = true;
    return text;
  }
}

/** The ids of what a class lists itself, some at a time. */
async function* idsOf(
  catalog: Catalog<never>,
  query: Readonly<Record<string, unknown>>,
): AsyncGenerator<readonly string[]> {
  const listed = await catalog.list(query);
  if (!(Symbol.asyncIterator in listed)) {
    yield* batchesOf(listed, catalog);
    return;
  }
  let batch: string[] = [];
  let until = performance.now() + MAX_BATCH_MS;
  for await (const item of listed) {
    batch.push(idOf(item, catalog));
    if (batch.length < MAX_BATCH && performance.now() < until) continue;
    yield batch;
    batch = [];
    until = performance.now() + MAX_BATCH_MS;
  }
  yield batch;
}

function* batchesOf(listed: Iterable<EntityRef>, catalog: object): Generator<readonly string[]> {
  let batch: string[] = [];
  for (const item of listed) {
    batch.push(idOf(item, catalog));
    if (batch.length < MAX_BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function idOf(listed: EntityRef, catalog: object): string {
  const id: unknown = typeof listed === 'object' && listed !== null ? listed.id : listed;
  if (typeof id === 'string' && id !== '') return id;
  throw new TypeError(
    `${catalog.constructor.name}.list() gives ids, or objects with an id; found ${JSON.stringify(listed)}`,
  );
}

/**
 * The text of a catalog's document whose list is too long to be held at once. The list is gone on with only
 * as fast as the text is read, and is closed where reading stops.
 */
class DocumentStream extends Readable {
  #begun: string;
  readonly #list: EntityList;
  readonly #ending: string;
  readonly #collector: TextCollector | undefined;

  /**
   * @param begun - the text so far
   * @param list - gives what follows
   * @param ending - what comes after the list
   * @param collector - is given the text too
   */
  constructor(begun: string, list: EntityList, ending: string, collector?: TextCollector) {
    super({ highWaterMark: PORTION_LENGTH });
    this.#begun = begun;
    this.#list = list;
    this.#ending = ending;
    this.#collector = collector;
  }

  override _read(): void {
    if (this.#begun !== '') {
      const text = this.#begun;
      this.#begun = '';
      this.#collector?.add(text);
      this.push(text);
      return;
    }
    this.#list.readPortion(PORTION_LENGTH).then(
      ({ text, last }) => {
        const piece = last ? text + this.#ending : text;
        this.#collector?.add(piece);
        this.push(piece);
        if (!last) return;
        this.#collector?.end();
        this.push(null);
      },
      (error: unknown) => this.destroy(toError(error)),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#collector?.stop();
    this.#list.close();
    done(error);
  }
}

// ---- Pages

type Query = Readonly<Record<string, unknown>>;

/**
 * Which page a query asks for.
 *
 * @param node - a catalog that is given out in pages
 * @param query - as its schema has read it
 */
export function pageRequestOf(node: ListQuery & { readonly page: PageLimits }, query: Query): PageRequest {
  const { after, limit } = query;
  return {
    ...selectionOf(node, query),
    limit: typeof limit === 'number' ? limit : node.page.size,
    ...(typeof after === 'string' && { after }),
  };
}

/**
 * The page that a query asks for.
 *
 * @param node - a catalog that is given out in pages
 * @throws {ProblemError} `bad-query`, naming `after`, where that is no position in the list
 */
export async function readPage<Body extends object>(
  node: ListQuery & { readonly page: PageLimits },
  collection: Collection<Body>,
  query: Query,
): Promise<Page<Body>> {
  try {
    return await collection.page(pageRequestOf(node, query));
  } catch (error) {
    if (!(error instanceof PositionError)) throw error;
    const message = 'is no position in this list; take one from a link that the list gives';
    throw badQuery([{ pointer: '/after', message, rule: 'position' }], error);
  }
}

/**
 * The reference from a page to the next one, which keeps all other variables of the query.
 *
 * @param next - as the page has it
 */
export function nextReference(node: Pick<CatalogNode, 'query'>, query: Query, next: string): string {
  return queryOf(node.query?.names ?? [], { ...query, after: next });
}

// The documents of catalogs: whole where they are short, page by page, or as streams.
