import { lettersOf, nearness } from '../../protocol/near-name.js';
import type { Findings } from './findings.js';
import type { BaseName } from './statics.js';

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
 * @param instance - of {@link tryOut}
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
