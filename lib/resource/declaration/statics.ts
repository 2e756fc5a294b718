import { Catalog } from '../catalog.js';
import type { Method } from '../catalog.js';
import type { CatalogClass, EntityClass, FragmentClass, ViewClass } from '../classes.js';
import { Entity } from '../entity.js';
import { Fragment } from '../fragment.js';
import { isKeywords } from '../schema.js';
import { View } from '../view.js';
import type { Findings } from './findings.js';
import { nearest, suggestion } from './findings.js';
import type { Base } from './own-methods.js';
import { checkMethods, staticMethodRefusal } from './own-methods.js';
import { shownForClass } from './shown.js';

/** The base classes, by the names that errors give them. */
export type BaseName = 'Catalog' | 'Entity' | 'Fragment' | 'View';

type Test = (value: unknown) => boolean;

/** What a static must be, and how an error says so. */
interface Option {
  readonly test: Test;
  readonly expected: string;
}

const text: Option = { test: (value) => typeof value === 'string', expected: 'a string' };
const schema: Option = { test: isKeywords, expected: 'a JSON Schema, an object' };
const map: Option = { test: isKeywords, expected: 'an object from link names to classes or IRIs' };

const METHODS: readonly unknown[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies readonly Method[];
const methods: Option = {
  test: isMethods,
  expected: 'an array of GET, POST, PUT, PATCH and DELETE in which GET is one',
};

const IDS: readonly unknown[] = ['uuidv7', 'integer', 'client'];
const ids: Option = { test: (value) => IDS.includes(value), expected: '"uuidv7", "integer" or "client"' };

const entity: Option = {
  test: (value) => typeof value === 'string' || isEntityClass(value),
  expected: 'a class that extends Entity, or a template such as "../{id}/" that leads to one',
};

const flag: Option = { test: (value) => typeof value === 'boolean', expected: 'true or false' };
const named: Option = { test: isName, expected: 'a string that is not empty' };
const page: Option = {
  test: isPage,
  expected: 'a positive integer, or { size, most } of positive integers of which size is not the larger',
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
  expected: 'an object from members of the body to catalogs or IRIs',
};

const linked = {
  iri: text,
  title: text,
  description: text,
  catalogs: map,
  fragments: map,
  views: map,
  methods,
};

/** Every option of every base class: the one place where they are listed for checking. */
const OPTIONS: Readonly<Record<BaseName, Readonly<Record<string, Option>>>> = {
  Catalog: {
    ...linked,
    entity,
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
export function isPage(value: unknown): value is NonNullable<CatalogClass['page']> {
  if (!isKeywords(value)) return isPositive(value);
  const { size, most, ...others } = value;
  return isPositive(size) && isPositive(most) && size <= most && Object.keys(others).length === 0;
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/**
 * Finds statics that are no options, and options that are not of their type.
 *
 * A static that is a function is the author's own, unless it is a resource class or stands one slip away
 * from an option.
 */
export function checkStatics(
  declared: { readonly name: string; readonly prototype: object },
  base: BaseName,
  findings: Findings,
): void {
  const options = OPTIONS[base];
  for (const [name, value] of staticsOf(declared, BASES[base])) {
    const where = { class: declared.name, member: name };
    const option = options[name];
    const misplaced =
      typeof value === 'function' && option === undefined && !isResourceClass(value)
        ? staticMethodRefusal(name, baseOf(base), declared)
        : undefined;
    if (misplaced !== undefined) findings.add(where, misplaced);
    else if (option === undefined) {
      const near = nearest(name, Object.keys(options));
      if (typeof value === 'function' && near === undefined && !isResourceClass(value)) continue;
      findings.add(where, `is no option of ${base}${adviceOn(name, base)}`);
    } else if (value === undefined ? name === 'entity' : !option.test(value)) {
      findings.add(where, `must be ${option.expected}; found ${shownForClass(value)}`);
    }
  }
}

/** What to do with a static that is no option of its class: one of the other class that a catalog is made of goes there. */
function adviceOn(name: string, base: BaseName): string {
  if (base === 'Catalog' && Object.hasOwn(OPTIONS.Entity, name)) return '; write it on the entity class';
  if (base === 'Entity' && Object.hasOwn(OPTIONS.Catalog, name)) return '; write it on the catalog';
  return `${suggestion(name, Object.keys(OPTIONS[base]))} (keep values of your own outside the class)`;
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

function staticsOf(declared: object, base: object): ReadonlyMap<string, unknown> {
  const statics = new Map<string, unknown>();
  for (let at = declared; at !== base && at !== null; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!BUILT_IN.has(name) && !statics.has(name))
        statics.set(name, (declared as Record<string, unknown>)[name]);
    }
  }
  return statics;
}
