import type { JsonObject, Json } from '../protocol/documents.js';
import type {
  Awaitable,
  Change,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Selection,
  ReadWriter,
  StoredEntity,
} from '../store/store.js';
import type { CreateOptions, WriteOptions } from './entity-record.js';

/** The parts of a catalog's query that select entities and sort them. */
export interface ListQuery {
  /** The query variables that name a member of the bodies, and so search by it. */
  searchable: readonly string[];
  /** The members that `sort` may name. */
  sortable: readonly string[];
}

type Query = Readonly<Record<string, unknown>>;

/** Which entities a query selects, and in what order: what lists of a catalog are made of, paged or not. */
export function selectionOf({ searchable, sortable }: ListQuery, query: Query): Selection {
  const given = searchable.filter((name) => Object.hasOwn(query, name) && query[name] !== undefined);
  const { sort } = query;
  const member = sortable.find((name) => sort === name || sort === `-${name}`);
  return {
    ...(given.length > 0 && {
      where: Object.fromEntries(given.map((name) => [name, query[name] as Json])),
    }),
    ...(member !== undefined && { order: { member, descending: sort !== member } }),
  };
}

/**
 * Members of the body that a client sent, with their values, which refer to what the caller may not see: for that
 * caller there is no such entity.
 */
export interface Unseen {
  /** The name of the catalog that the body is for. */
  readonly catalog: string;
  readonly references: ReadonlyMap<string, unknown>;
}

const NOTHING: ListQuery = { searchable: [], sortable: [] };

/** The entities that the store keeps for one catalog, as it stands under the entities above it. */
export class Collection<Body extends object = object> {
  readonly key: CollectionKey;
  readonly #store: ReadWriter;
  readonly #searching: ListQuery;
  readonly #request: { readonly unseen: Unseen | undefined } | undefined;

  /**
   * @param searching - the query variables that select by the member of the same name, and the members that
   *   the variable `sort` may name
   * @param request - what it is a part of
   */
  constructor(
    store: ReadWriter,
    key: CollectionKey,
    searching: ListQuery = NOTHING,
    request?: { readonly unseen: Unseen | undefined },
  ) {
    this.#store = store;
    this.key = key;
    this.#searching = searching;
    this.#request = request;
  }

  /** The entity with this id, or undefined. */
  get(id: string): Awaitable<StoredEntity<Body> | undefined> {
    return this.#store.get(this.key, id) as Awaitable<StoredEntity<Body> | undefined>;
  }

  /**
   * All entities, in bounded memory; by default in the order of their ids.
   *
   * @param selection - its `order` is by a member that a class sorts, searches or holds unique by its statics
   */
  all(selection?: Selection): AsyncIterable<StoredEntity<Body>> {
    return this.#store.iterate(this.key, selection) as AsyncIterable<StoredEntity<Body>>;
  }

  /** The ids of what {@link all} gives, some at a time: a list needs no bodies. */
  ids(selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#store.ids(this.key, selection);
  }

  /** The entities that a query selects, in the order that it asks for: see {@link selection}. */
  search(query: Readonly<Record<string, unknown>>): AsyncIterable<StoredEntity<Body>> {
    return this.all(this.selection(query));
  }

  /**
   * What a query selects: those whose members equal the variables that name one, sorted by the member that the
   * variable `sort` names where the catalog has the option `sort`.
   */
  selection(query: Readonly<Record<string, unknown>>): Selection {
    return selectionOf(this.#searching, query);
  }

  /**
   * One page, found by key.
   *
   * @throws {PositionError} where `after` is no position in this order
   */
  page(request: PageRequest): Awaitable<Page<Body>> {
    return this.#store.page(this.key, request) as Awaitable<Page<Body>>;
  }

  /** How many entities there are, or how many of them are selected. */
  count(selection?: Selection): Awaitable<number> {
    return this.#store.count(this.key, selection);
  }

  /** What the store knows of all entities together. */
  state(): Awaitable<CollectionState> {
    return this.#store.state(this.key);
  }

  /** @throws {StoreConflictError} `exists`, `bad-id`, `unique`, `reference`, or `missing` where the entity above is gone */
  create(body: Body, options: CreateOptions = {}): Awaitable<StoredEntity<Body>> {
    return this.#one({ do: 'create', key: this.key, body: body as JsonObject, ...options });
  }

  /** @throws {StoreConflictError} `missing`, `version`, `unique`, or `reference` */
  replace(id: string, body: Body, options: WriteOptions = {}): Awaitable<StoredEntity<Body>> {
    return this.#one({ do: 'replace', key: this.key, id, body: body as JsonObject, ...options });
  }

  /** @throws {StoreConflictError} `missing`, `version`, or `in-use` */
  remove(id: string, options: WriteOptions = {}): Awaitable<void> {
    const written = this.#store.write([{ do: 'remove', key: this.key, id, ...options }]);
    return written instanceof Promise ? written.then(() => undefined) : undefined;
  }

  #one(change: Exclude<Change, { do: 'remove' }>): Awaitable<StoredEntity<Body>> {
    const unseen = this.#request?.unseen;
    const written = this.#store.write([unseen === undefined ? change : this.#asSeen(change, unseen)]);
    return written instanceof Promise
      ? written.then(([entity]) => entity as StoredEntity<Body>)
      : (written[0] as StoredEntity<Body>);
  }

  /** Wherever a class keeps what the client sent, in a method of its own too. */
  #asSeen(change: Exclude<Change, { do: 'remove' }>, { catalog, references }: Unseen): Change {
    if (catalog !== this.key.collection) return change;
    const { body } = change;
    const members = Array.from(references.keys()).filter((member) => body[member] === references.get(member));
    return members.length === 0 ? change : { ...change, unseen: members };
  }
}
