import type { Json, JsonObject } from '../protocol/documents.js';
import type {
  Awaitable,
  Page,
  PageRequest,
  Place,
  PlaceState,
  Selection,
  ReadWriter,
  Stored,
} from '../store/store.js';
import type { CreateOptions, WriteOptions } from './found.js';

/** The entities that the store keeps for one catalog, as it stands under the entities above it. */
export class Collection<Body extends object = object> {
  readonly place: Place;
  readonly #store: ReadWriter;
  readonly #searchable: readonly string[];

  /**
   * @param searchable - query variables that select by the member of the same name
   */
  constructor(store: ReadWriter, place: Place, searchable: readonly string[] = []) {
    this.#store = store;
    this.place = place;
    this.#searchable = searchable;
  }

  /** The entity with this id, or undefined. */
  get(id: string): Awaitable<Stored<Body> | undefined> {
    return this.#store.get(this.place, id) as Awaitable<Stored<Body> | undefined>;
  }

  /** All entities in the order of their ids, in bounded memory. */
  all(selection?: Selection): AsyncIterable<Stored<Body>> {
    return this.#store.iterate(this.place, selection) as AsyncIterable<Stored<Body>>;
  }

  /** The entities whose members equal the query variables that name one. */
  search(query: Readonly<Record<string, unknown>>): AsyncIterable<Stored<Body>> {
    return this.all(this.selection(query));
  }

  /** What a query selects: the variables that name a member, with their values. */
  selection(query: Readonly<Record<string, unknown>>): Selection {
    const given = this.#searchable.filter((name) => query[name] !== undefined);
    return given.length === 0
      ? {}
      : { where: Object.fromEntries(given.map((name) => [name, query[name] as Json])) };
  }

  /** One page, found by key. */
  page(request: PageRequest): Awaitable<Page<Body>> {
    return this.#store.page(this.place, request) as Awaitable<Page<Body>>;
  }

  count(selection?: Selection): Awaitable<number> {
    return this.#store.count(this.place, selection);
  }

  state(): Awaitable<PlaceState> {
    return this.#store.state(this.place);
  }

  /** @throws {StoreConflict} `exists`, `bad-id`, or `missing` where the entity above is gone */
  create(body: Body, options: CreateOptions = {}): Awaitable<Stored<Body>> {
    return this.#one({ do: 'create', place: this.place, body: body as JsonObject, ...options });
  }

  /** @throws {StoreConflict} `missing`, or `version` */
  replace(id: string, body: Body, options: WriteOptions = {}): Awaitable<Stored<Body>> {
    return this.#one({ do: 'replace', place: this.place, id, body: body as JsonObject, ...options });
  }

  /** @throws {StoreConflict} `missing`, `version`, or `in-use` */
  remove(id: string, options: WriteOptions = {}): Awaitable<void> {
    const written = this.#store.write([{ do: 'remove', place: this.place, id, ...options }]);
    return written instanceof Promise ? written.then(() => undefined) : undefined;
  }

  #one(change: Parameters<ReadWriter['write']>[0][number]): Awaitable<Stored<Body>> {
    const written = this.#store.write([change]);
    return written instanceof Promise
      ? written.then(([entity]) => entity as Stored<Body>)
      : (written[0] as Stored<Body>);
  }
}
