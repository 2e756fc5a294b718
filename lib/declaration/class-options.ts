import { Catalog, Entity, Fragment, View, isDeclaredBase } from '../resource/resource-classes.js';
import type {
  Method,
  CatalogClass,
  EntityClass,
  FragmentClass,
  PageOption,
  ViewClass,
  ResourceClass,
} from '../resource/resource-classes.js';
import { isKeywords } from '../resource/schema.js';
import type { Findings } from './declaration-findings.js';
import { nearest, suggestion } from '../protocol/edit-distance.js';
import { checkMethods, staticMethodRefusal, makeTrialInstance } from './class-methods.js';
import type { Base, TrialInstance, BaseName } from './class-methods.js';
import { describeDeclared, describeClass } from './describe-class.js';

type Test = (value: unknown) => boolean;

/** The values that an option takes, and how an error says so. */
interface Option {
  readonly test: Test;
  readonly expected: string;
}

const text: Option = { test: (value) => typeof value === 'string', expected: 'a string' };
const schema: Option = { test: isKeywords, expected: 'a JSON Schema, an object' };
const linkMap: Option = { test: isKeywords, expected: 'an object from link names to IRIs' };

const METHODS: readonly unknown[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies readonly Method[];
const methods: Option = {
  test: isMethods,
  expected: 'an array of GET, POST, PUT, PATCH and DELETE in which GET is one',
};

const IDS: readonly unknown[] = ['uuidv7', 'integer', 'client'];
const ids: Option = { test: (value) => IDS.includes(value), expected: '"uuidv7", "integer" or "client"' };

const entities: Option = {
  test: (value) => typeof value === 'string',
  expected: 'a template that leads to entities, such as "../{id}/"',
};

const flag: Option = { test: (value) => typeof value === 'boolean', expected: 'true or false' };
const named: Option = { test: isName, expected: 'a string that is not empty' };
const page: Option = {
  test: isPage,
  expected: 'a positive integer, or { size, max } of positive integers of which size is not the larger',
};
const names: Option = { test: isNames, expected: 'an array of names' };
const columns: Option = {
  test: (value) => isKeywords(value) && Object.values(value).every(isName),
  expected: 'an object from members of the body to names of columns',
};
const unique: Option = {
  test: (value) =>
    Array.isArray(value) && value.every((one) => isName(one) || (isNames(one) && one.length > 0)),
  expected: "an array of members and arrays of them, such as ['email', ['country', 'number']]",
};
const references: Option = {
  test: isKeywords,
  expected: 'an object from members of the body to IRIs of catalogs',
};

const linked = {
  iri: text,
  title: text,
  description: text,
  catalogs: linkMap,
  fragments: linkMap,
  views: linkMap,
  methods,
};

/** What of a class a static method gives where it names classes. */
const CLASS_MAPS: Readonly<Record<BaseName, readonly ClassMapName[]>> = {
  Catalog: ['catalogs', 'fragments', 'views'],
  Entity: ['catalogs', 'fragments', 'views', 'references'],
  Fragment: [],
  View: [],
};

/** Every option of every base class: the one place where they are listed for checking. */
const OPTIONS: Readonly<Record<BaseName, Readonly<Record<string, Option>>>> = {
  Catalog: {
    ...linked,
    entities,
    query: schema,
    ids,
    collection: { test: (value) => isName(value) && !/^\/*$/.test(value), expected: named.expected },
    page,
    sort: names,
    requireIfMatch: flag,
    table: named,
    key: named,
    within: names,
    columns,
  },
  Entity: { ...linked, body: schema, unique, references, requireIfMatch: flag },
  Fragment: { iri: text, member: text, schema, methods, requireIfMatch: flag },
  View: { iri: text, query: schema, schema, requireIfMatch: flag },
};

const BASES: Readonly<Record<BaseName, abstract new (...args: never) => unknown>> = {
  Catalog,
  Entity,
  Fragment,
  View,
};

function baseOf(name: BaseName): Base {
  return { name, prototype: BASES[name].prototype as object };
}

const BUILT_IN: ReadonlySet<string> = new Set(['length', 'name', 'prototype']);

export function isCatalogClass(value: unknown): value is CatalogClass {
  return extendsBase(value, 'Catalog');
}
export function isEntityClass(value: unknown): value is EntityClass {
  return extendsBase(value, 'Entity');
}
export function isFragmentClass(value: unknown): value is FragmentClass {
  return extendsBase(value, 'Fragment');
}
export function isViewClass(value: unknown): value is ViewClass {
  return extendsBase(value, 'View');
}

function extendsBase(value: unknown, base: BaseName): boolean {
  return typeof value === 'function' && value.prototype instanceof BASES[base];
}

function isResourceClass(value: unknown): boolean {
  return isCatalogClass(value) || isEntityClass(value) || isFragmentClass(value) || isViewClass(value);
}

/** Whether a value can be the `methods` of a class: known ones, with GET among them. */
export function isMethods(value: unknown): value is readonly Method[] {
  return Array.isArray(value) && value.includes('GET') && value.every((method) => METHODS.includes(method));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Whether a value is an array of names. */
export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isName);
}

/** Whether a value can be the `page` of a catalog. */
export function isPage(value: unknown): value is PageOption {
  if (!isKeywords(value)) return isPositive(value);
  const { size, max, ...others } = value;
  return isPositive(size) && isPositive(max) && size <= max && Object.keys(others).length === 0;
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** How a class of each kind is written, as an author would. */
const FORMS: Readonly<Record<BaseName, string>> = {
  Catalog: "Catalog.of(Book, { iri: 'books/' })",
  Entity: 'Entity.of({ body: Type.Object({ … }) })',
  Fragment: "Fragment.of({ member: 'name' })",
  View: "View.of({ iri: 'counts' })",
};

interface Declared {
  readonly name: string;
  readonly prototype: object;
}

/**
 * Finds what is wrong with the options of a class by themselves, and statics that were meant for options.
 *
 * @returns whether the class has options to be looked at further
 */
export function checkOptionsOf(declared: Declared, base: BaseName, findings: Findings): boolean {
  const { options, entity, hasEntity } = declared as {
    readonly options?: unknown;
    readonly entity?: unknown;
    readonly hasEntity?: boolean;
  };
  const isDeclared = extendsDeclared(declared);
  checkStatics(declared, base, isDeclared, findings);
  if (!isDeclared) {
    findings.add({ class: declared.name }, `extends ${base} itself; extend ${FORMS[base]}`);
    return false;
  }
  if (!isKeywords(options)) {
    findings.add(
      { class: declared.name },
      `is declared by options, such as ${FORMS[base]}; found ${describeDeclared(options)}`,
    );
    return false;
  }
  if (hasEntity === true && !isEntityClass(entity) && !staticsOf(declared, BASES[base]).has('entity')) {
    findings.add(
      { class: declared.name, member: 'entity' },
      `must be a class that extends Entity; found ${describeClass(entity)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    const where = { class: declared.name, member: name };
    const option = OPTIONS[base][name];
    if (option === undefined) findings.add(where, `is no option of ${base}${adviceOn(name, base)}`);
    else if (value !== undefined && !option.test(value))
      findings.add(where, `must be ${option.expected}; found ${describeClass(value)}`);
  }
  return true;
}

/** Finds statics of an author's that stand where an option, a method, or a static method is meant. */
function checkStatics(declared: Declared, base: BaseName, isDeclared: boolean, findings: Findings): void {
  const maps: readonly string[] = CLASS_MAPS[base];
  for (const [name, value] of staticsOf(declared, BASES[base])) {
    const where = { class: declared.name, member: name };
    const isMethod = typeof value === 'function' && !isResourceClass(value);
    if (maps.includes(name)) {
      if (isMethod) continue;
      findings.add(where, `is no method; write static ${name}() { return { … }; }`);
    } else if (name === 'entity' && typeof value === 'string') {
      const advice = `write the option entities: ${JSON.stringify(value)}`;
      findings.add(where, `is static, and nothing looks at it; ${advice}`);
    } else if (Object.hasOwn(OPTIONS[base], name) || name === 'entity') {
      findings.add(where, `is static, and nothing looks at it; write it in ${FORMS[base]}`);
    } else if (name === 'options' && isDeclared) {
      findings.add(where, `stands in the place of those that ${base}.of() was given; write them there`);
    } else if (isMethod) {
      const misplaced = staticMethodRefusal(name, baseOf(base), declared);
      const near = nearest(name, maps);
      if (misplaced !== undefined) findings.add(where, misplaced);
      else if (near !== undefined)
        findings.add(where, `is no static method of ${base}; did you mean ${JSON.stringify(near)}?`);
    } else {
      const near = nearest(name, [...Object.keys(OPTIONS[base]), ...maps]);
      if (near === undefined && !isResourceClass(value)) continue;
      findings.add(
        where,
        `is static, and nothing looks at it${adviceOn(name, base)}; options stand in ${FORMS[base]}`,
      );
    }
  }
}

/** What to do with a name that is no option of its class: one of the other class that a catalog is made of goes there. */
function adviceOn(name: string, base: BaseName): string {
  if (base === 'Catalog' && Object.hasOwn(OPTIONS.Entity, name)) return '; write it on the entity class';
  if (base === 'Entity' && Object.hasOwn(OPTIONS.Catalog, name)) return '; write it on the catalog';
  return suggestion(name, Object.keys(OPTIONS[base]));
}

/**
 * Finds what stands where a method is meant, and options that are not static.
 *
 * @param instance - one of the class; undefined where none could be made
 */
export function checkInstances(
  declared: { readonly name: string; readonly prototype: object },
  base: BaseName,
  instance: object | undefined,
  findings: Findings,
): void {
  checkMethods(declared, baseOf(base), Object.keys(OPTIONS[base]), instance, findings);
}

/** Whether a class extends one that `of` made. */
function extendsDeclared(declared: object): boolean {
  for (let at: object | null = declared; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (isDeclaredBase(at)) return true;
  }
  return false;
}

/** The statics that authors wrote, of a class and of those that it extends. */
function staticsOf(declared: object, base: object): ReadonlyMap<string, unknown> {
  const statics = new Map<string, unknown>();
  for (let at = declared; at !== base && at !== null; at = Object.getPrototypeOf(at) as object) {
    if (isDeclaredBase(at)) continue;
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!BUILT_IN.has(name) && !statics.has(name))
        statics.set(name, (declared as Record<string, unknown>)[name]);
    }
  }
  return statics;
}

/** Classes that were checked by themselves: each once, however often it is linked to. */
export class ClassChecks {
  readonly #checked = new Map<unknown, TrialInstance | undefined>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /**
   * Checks the options, statics and methods of a class.
   *
   * @returns undefined where it has no options to go by
   */
  check(
    declared: { readonly name: string; readonly prototype: object },
    base: BaseName,
  ): TrialInstance | undefined {
    if (this.#checked.has(declared)) return this.#checked.get(declared);
    const trial = makeTrialInstance(declared);
    const hasOptions = checkOptionsOf(declared, base, this.#findings);
    checkInstances(declared, base, trial.instance, this.#findings);
    const found = hasOptions ? trial : undefined;
    this.#checked.set(declared, found);
    return found;
  }
}

/** What of a class is either an option or given by a static method: where it names classes, it is the latter. */
export type ClassMapName = 'catalogs' | 'fragments' | 'views' | 'references';

/**
 * The entries of a map of a class. Each map is written once: among the options, or as a static method.
 *
 * @returns none where the map is none; the findings say why
 */
export function classMapOf(
  declared: ResourceClass,
  map: ClassMapName,
  findings: Findings,
): Readonly<Record<string, unknown>> {
  const where = { class: declared.name, member: map };
  const option: unknown = (declared.options as Readonly<Record<string, unknown>>)[map];
  const method: unknown = (declared as unknown as Readonly<Record<string, unknown>>)[map];
  if (typeof method !== 'function') {
    for (const [name, value] of Object.entries(isKeywords(option) ? option : {})) {
      if (typeof value !== 'function') continue;
      findings.add(
        { ...where, name },
        `is ${describeDeclared(value)}; what names a class stands in a static method: static ${map}() { return { … }; }`,
      );
    }
    return isKeywords(option)
      ? Object.fromEntries(Object.entries(option).filter(([, value]) => typeof value !== 'function'))
      : {};
  }
  if (option !== undefined)
    findings.add(where, `stands among the options and as a static method; write all of it as the method`);
  let given: unknown;
  try {
    given = method.call(declared);
  } catch (error) {
    findings.add(
      where,
      `the static method failed: ${error instanceof Error ? error.message : describeDeclared(error)}`,
    );
    return {};
  }
  if (isKeywords(given) && !(given instanceof Promise)) return given;
  findings.add(where, `the static method must give an object at once; found ${describeDeclared(given)}`);
  return {};
}
