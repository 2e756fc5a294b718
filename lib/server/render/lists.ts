import { Readable } from 'node:stream';
import { strongEtag } from '../../http/etag.js';
import type { Validators } from '../../http/preconditions.js';
import { Catalog } from '../../resource/catalog.js';
import { withTimeout, clientGone } from '../request-context.js';
import type { RequestContext } from '../request-context.js';
import { andThen } from '../../resource/found.js';
import type { Awaitable, EntityRef } from '../../resource/found.js';
import type { CatalogNode, PageLimits } from '../../resource/nodes.js';
import { nextReference, readPage } from '../../resource/paging.js';
import { digestEtag, MOST_DIGESTED, visibility } from './documents.js';
import type { Representation, TaggedText } from './documents.js';
import { KeptText } from './list-cache.js';
import type { Gathering } from './list-cache.js';
import type { ApiContext } from '../api-context.js';
import { resolveIri } from '../../protocol/iri.js';
import { errorOf } from '../errors.js';

/** How many characters of a document are held at a time. */
export const PORTION: number = 16 * 1024;

/**
 * The text of a catalog's document whose list is too long to be held at once. The list is gone on with only
 * as fast as the text is read, and is closed where reading stops.
 */
export class DocumentStream extends Readable {
  #begun: string;
  readonly #list: EntityList;
  readonly #ending: string;
  readonly #gathering: Gathering | undefined;

  /**
   * @param begun - the text so far
   * @param list - gives what follows
   * @param ending - what comes after the list
   * @param gathering - is given the text too
   */
  constructor(begun: string, list: EntityList, ending: string, gathering?: Gathering) {
    super({ highWaterMark: PORTION });
    this.#begun = begun;
    this.#list = list;
    this.#ending = ending;
    this.#gathering = gathering;
  }

  override _read(): void {
    if (this.#begun !== '') {
      const text = this.#begun;
      this.#begun = '';
      this.#gathering?.add(text);
      this.push(text);
      return;
    }
    this.#list.portion(PORTION).then(
      ({ text, last }) => {
        const piece = last ? text + this.#ending : text;
        this.#gathering?.add(piece);
        this.push(piece);
        if (!last) return;
        this.#gathering?.end();
        this.push(null);
      },
      (error: unknown) => this.destroy(errorOf(error)),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#gathering?.stop();
    this.#list.close();
    done(error);
  }
}

/** A part of a list. */
export interface Portion {
  /** References as JSON strings, with a comma before each but the first of the list. */
  readonly text: string;
  /** Whether the list ends here. */
  readonly last: boolean;
}

/** How long a portion is waited for to fill up, in milliseconds: a list that grows slowly is sent as it grows. */
const PATIENCE = 1000;

/** How many ids of a class's own list are taken together, and for how many milliseconds at most: a wait is for a batch. */
const BATCH = 1000;
const BATCH_TIME = 10;

/** Whether a catalog lists what its store has, and not what its class says. */
export function listsItsStore(catalog: Catalog<never>): boolean {
  return catalog.list === Catalog.prototype.list;
}

/**
 * Makes references to the entities that a catalog lists.
 *
 * @param self - what they are resolved against; undefined where they are shown as they are
 */
export function referencesTo(
  { href }: NonNullable<CatalogNode['listing']>,
  self: string | undefined,
): (id: string) => string {
  return self === undefined ? href : (id) => resolveIri(href(id), self);
}

/** The references to the entities that a catalog lists, for one answer, a portion at a time. */
export class EntityList {
  readonly #served: ApiContext;
  readonly #exchange: RequestContext;
  readonly #ids: AsyncIterator<readonly string[]>;
  readonly #show: (id: string) => string;
  #begun = false;
  #ended = false;

  /** @param show - makes the reference to an entity of its id */
  constructor(
    served: ApiContext,
    exchange: RequestContext,
    catalog: Catalog<never>,
    show: (id: string) => string,
  ) {
    this.#served = served;
    this.#exchange = exchange;
    this.#show = show;
    const ids = listsItsStore(catalog)
      ? catalog.collection.ids(catalog.collection.selection(exchange.query))
      : idsOf(catalog, exchange.query);
    this.#ids = ids[Symbol.asyncIterator]();
  }

  /**
   * Goes on with the list. Where that fails, the list is closed.
   *
   * @param enough - how many characters a portion has at least, unless the list ends or grows slowly
   * @throws@throws {ProblemError} `timeout` where the next entity is not there within the time limit
   */
  async portion(enough: number): Promise<Portion> {
    const until = performance.now() + PATIENCE;
    let text = '';
    try {
      for (;;) {
        const { value: ids, done } = await withTimeout(this.#served, this.#exchange, this.#ids.next());
        // An endless list would go on for ever; and one that stops in the middle must not look whole.
        if (this.#exchange.aborted) throw clientGone();
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

  /** Ends the list before its end: nobody waits for the rest. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#exchange.abort(clientGone());
    // Whatever a class that is told to stop still has to say, there is nobody to say it to.
    this.#ids.return?.().catch(() => undefined);
  }

  #textOf(ids: readonly string[]): string {
    if (ids.length === 0) return '';
    const text = `"${ids.map(this.#show).join('","')}"`;
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
  let until = performance.now() + BATCH_TIME;
  for await (const item of listed) {
    batch.push(idOf(item, catalog));
    if (batch.length < BATCH && performance.now() < until) continue;
    yield batch;
    batch = [];
    until = performance.now() + BATCH_TIME;
  }
  yield batch;
}

function* batchesOf(listed: Iterable<EntityRef>, catalog: object): Generator<readonly string[]> {
  let batch: string[] = [];
  for (const item of listed) {
    batch.push(idOf(item, catalog));
    if (batch.length < BATCH) continue;
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
