import { lettersOf, nearness } from '../protocol/edit-distance.js';
import type { Findings } from './declaration-findings.js';
import type { ReadWriter } from '../store/store.js';
import { Catalog } from '../resource/resource-classes.js';
import type { CatalogClass, ResourceRequest } from '../resource/resource-classes.js';
import { Collection } from '../resource/collection.js';

/** The base classes, by the names that errors give them. */
export type BaseName = 'Catalog' | 'Entity' | 'Fragment' | 'View';

/** The methods of each base class that may be overridden, as an author would write them. */
const METHODS: Readonly<Record<BaseName, Readonly<Record<string, string>>>> = {
  Catalog: {
    list: 'list(query)',
    read: 'read(id)',
    create: 'create(body)',
    replace: 'replace(id, body, options)',
    update: 'update(id, body, options)',
    remove: 'remove(id, options)',
  },
  Entity: {},
  Fragment: { value: 'value(request)', replace: 'replace(value, request)' },
  View: { value: 'value(request)', replace: 'replace(value, request)' },
};

const ALL_METHODS: ReadonlySet<string> = new Set(Object.values(METHODS).flatMap(Object.keys));

/** What answers the methods of HTTP, by which no method of a class is named. */
const VERBS: Readonly<Record<BaseName, Readonly<Record<string, string>>>> = {
  Catalog: {
    get: 'list(query), or read(id) for one entity',
    head: 'list(query), or read(id) for one entity',
    post: 'create(body)',
    put: 'replace(id, body, options)',
    patch: 'update(id, body, options)',
    delete: 'remove(id, options)',
  },
  Entity: {
    get: 'read(id) of its catalog',
    head: 'read(id) of its catalog',
    post: 'create(body) of the catalog within it',
    put: 'replace(id, body, options) of its catalog',
    patch: 'update(id, body, options) of its catalog',
    delete: 'remove(id, options) of its catalog',
  },
  Fragment: { get: 'value(request)', head: 'value(request)', put: 'replace(value, request)' },
  View: { get: 'value(request)', head: 'value(request)', put: 'replace(value, request)' },
};

const HTTP_METHODS: ReadonlySet<string> = new Set(Object.keys(VERBS.Catalog));

/** A class of resources, as plain JavaScript sees it. */
interface Declared {
  readonly name: string;
  readonly prototype: object;
}

/** A class that authors extend. */
export interface Base {
  readonly name: BaseName;
  readonly prototype: object;
}

/**
 * Finds what stands where a method is meant and would not be called: fields, accessors, misspelt names, names of
 * HTTP's methods, and methods of another kind of class. Whatever else a class has is its author's own.
 *
 * @param options - the names of the statics that such a class may have
 * @param instance - of {@link makeTrialInstance}
 */
export function checkMethods(
  declared: Declared,
  base: Base,
  options: readonly string[],
  instance: object | undefined,
  findings: Findings,
): void {
  const own = METHODS[base.name];
  const members = membersOf(declared.prototype, base.prototype);
  const add = (member: string, message: string) => findings.add({ class: declared.name, member }, message);
  for (const [name, descriptor] of members) {
    if (!Object.hasOwn(own, name)) {
      const message =
        refusalOf(name, base.name, members) ?? optionRefusal(name, descriptor.value, options, base.name);
      if (message !== undefined) add(name, message);
    } else if (typeof descriptor.value !== 'function') {
      const what =
        descriptor.get === undefined && descriptor.set === undefined ? 'no function' : 'an accessor';
      add(name, `is ${what}; write it as a method: ${own[name]} { … }`);
    }
  }
  for (const [name, value] of Object.entries(instance ?? {})) {
    if (Object.hasOwn(own, name)) {
      add(name, `is a field, which the class itself does not have; write it as a method: ${own[name]} { … }`);
    } else if (value !== undefined) {
      const message =
        (typeof value === 'function' ? refusalOf(name, base.name, members) : undefined) ??
        optionRefusal(name, value, options, base.name);
      if (message !== undefined) add(name, message);
    }
  }
}

/** Why a static that is a function was most likely meant for a method; undefined where it is the author's own. */
export function staticMethodRefusal(name: string, base: Base, declared: Declared): string | undefined {
  const own = METHODS[base.name];
  if (Object.hasOwn(own, name))
    return `is static, and nothing calls it; write it as a method: ${own[name]} { … }`;
  if (base.name === 'Entity' || ALL_METHODS.has(name)) return undefined;
  return refusalOf(name, base.name, membersOf(declared.prototype, base.prototype));
}

/** Why a name is no good one for a method of such a class; undefined where it is the author's own. */
function refusalOf(
  name: string,
  base: BaseName,
  members: ReadonlyMap<string, PropertyDescriptor>,
): string | undefined {
  const own = METHODS[base];
  const verb = name.toLowerCase();
  if (HTTP_METHODS.has(verb)) {
    const method = VERBS[base][verb];
    const advice = method === undefined ? `it answers no ${verb.toUpperCase()}` : `write ${method}`;
    return `is named as a method of HTTP, and nothing calls it; ${advice}`;
  }
  if (ALL_METHODS.has(name)) {
    return base === 'Entity'
      ? 'is a method of an entity class, of which no instance is made; its catalog reads and writes entities'
      : `is no method of a ${base}, and nothing calls it; a ${base} has ${Object.keys(own).join(', ')}`;
  }
  // Beside the method itself, a name like it is one of the author's own.
  const meant = Object.keys(own).find((method) => !members.has(method) && isSlip(name, method));
  return (
    meant && `is no method of a ${base}, and nothing calls it; did you mean "${meant}"? (else rename it)`
  );
}

/** Whether a name is another one misspelt: of short words, one other letter makes another word (`last`, `list`). */
function isSlip(name: string, method: string): boolean {
  if (nearness(name, method) === undefined) return false;
  return method.length > 4 || name.length !== method.length || lettersOf(name) === lettersOf(method);
}

function optionRefusal(
  name: string,
  value: unknown,
  options: readonly string[],
  base: BaseName,
): string | undefined {
  // Every catalog has a collection, and may have one of its own; the option is the name of one.
  if (name === 'collection' && typeof value !== 'string') return undefined;
  return options.includes(name)
    ? `is an option of the class, and is looked for there alone; write it where the class is declared: ${base}.of({ ${name}: … })`
    : undefined;
}

/**
 * Holds an instance of a catalog that is made for a request to what is found before the first one of all others.
 *
 * @throws {TypeError} where a field stands for a method
 */
export function requireMethods(catalog: object, className: string): void {
  const field = Object.keys(METHODS.Catalog).find((name) => Object.hasOwn(catalog, name));
  if (field === undefined) return;
  throw new TypeError(
    `${className}.${field} is a field, and not every request looks at instances; write it as a method: ${METHODS.Catalog[field]} { … }`,
  );
}

/** The members that instances of a class have by it and by the classes that it extends, below its base class. */
function membersOf(prototype: object, base: object): ReadonlyMap<string, PropertyDescriptor> {
  const members = new Map<string, PropertyDescriptor>();
  for (let at = prototype; at !== base && at !== null; at = Object.getPrototypeOf(at) as object) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name !== 'constructor' && !members.has(name)) members.set(name, descriptor);
    }
  }
  return members;
}

/** An instance that was made before the first request, to see what the class gives its instances. */
export interface TrialInstance {
  /** Undefined where none can be made without a request. */
  readonly instance: object | undefined;
  /** What the constructor was given. */
  readonly collection: Collection<never>;
}

/**
 * Makes an instance of a class, for its fields: the class itself does not have them. A catalog's constructor finds
 * nothing in the request that it is given, and its collection never answers.
 */
export function makeTrialInstance(declared: { readonly prototype: object }): TrialInstance {
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
export function leavesReadingToStore(
  declared: CatalogClass,
  trial: TrialInstance = makeTrialInstance(declared),
): boolean {
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
