import { resolveIri } from '../protocol/iri/resolve.js';
import { Catalog } from '../resource/catalog.js';
import type { RequestContext } from '../resource/exchange.js';
import type { EntityRef } from '../resource/found.js';
import type { CatalogNode } from '../resource/nodes.js';
import type { ApiContext } from './served.js';
import { clientGone, withTimeout } from './settle.js';

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
