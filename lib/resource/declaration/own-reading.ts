import type { ReadWriter } from '../../store/store.js';
import { Catalog } from '../catalog.js';
import type { CatalogClass } from '../classes.js';
import { Collection } from '../collection.js';
import type { ResourceRequest } from '../request.js';

/** An instance that was made before the first request, to see what the class gives its instances. */
export interface Trial {
  /** Undefined where none can be made without a request. */
  readonly instance: object | undefined;
  /** What the constructor was given. */
  readonly collection: Collection<never>;
}

/**
 * Makes an instance of a class, for its fields: the class itself does not have them. A catalog's constructor finds
 * nothing in the request that it is given, and its collection never answers.
 */
export function tryOut(declared: { readonly prototype: object }): Trial {
  const collection = new Collection<never>(silentStore(), { collection: '', parentIds: [] });
  try {
    const made = declared as unknown as new (request: ResourceRequest, given: typeof collection) => object;
    const instance = new made(emptyRequest(), collection);
    // What a field begins is of no use without a request, and may fail.
    for (const value of Object.values(instance) as unknown[]) {
      if (value instanceof Promise) value.catch(() => undefined);
    }
    return { instance, collection };
  } catch {
    return { instance: undefined, collection };
  }
}

function silentStore(): ReadWriter {
  const none = { [Symbol.asyncIterator]: () => ({ next: never }) };
  const list = () => none;
  return { get: never, write: never, page: never, count: never, state: never, iterate: list, ids: list };
}

function emptyRequest(): ResourceRequest {
  const { signal } = new AbortController();
  const nothing = { params: {}, query: {}, state: {}, signal, transaction: never };
  return { method: 'GET', iri: () => '', link: () => '', catalogOf: () => undefined, ...nothing } as never;
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/**
 * Whether a catalog's class leaves it to the store to read an entity, so that no instance of it is needed for
 * that: it has the method that all have, and what that reads is what it is given. Not where that cannot be seen.
 */
export function readsItsStore(declared: CatalogClass, trial: Trial = tryOut(declared)): boolean {
  const { instance, collection } = trial;
  return (
    instance instanceof Catalog &&
    instance.read === Catalog.prototype.read &&
    (instance.collection as unknown) === collection &&
    !handsOnAnother(declared)
  );
}

/** A constructor that takes parameters can hand on another collection; one that goes without saying takes none. */
function handsOnAnother(declared: CatalogClass): boolean {
  const { collection } = Object.getOwnPropertyDescriptors(declared.prototype);
  if (declared.length > 0 || collection !== undefined) return true;
  const above = Object.getPrototypeOf(declared) as CatalogClass & object;
  return (above as unknown) !== Catalog && above !== Function.prototype && handsOnAnother(above);
}
