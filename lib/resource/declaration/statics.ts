import { Catalog } from '../catalog.js';
import type { CatalogClass, EntityClass, FragmentClass, ViewClass } from '../classes.js';
import { Entity } from '../entity.js';
import { Fragment } from '../fragment.js';
import { View } from '../view.js';
import type { Findings } from './findings.js';
import { nearest, suggestion } from './findings.js';

/** The base classes, by the names that errors give them. */
export type BaseName = 'Catalog' | 'Entity' | 'Fragment' | 'View';

type Test = (value: unknown) => boolean;

/** What a static must be, and how an error says so. */
interface Option {
  readonly test: Test;
  readonly expected: string;
}

const isObject: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const text: Option = { test: (value) => typeof value === 'string', expected: 'a string' };
const schema: Option = { test: isObject, expected: 'a JSON Schema, an object' };
const map: Option = { test: isObject, expected: 'an object from link names to classes or IRIs' };

const METHODS: readonly unknown[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const methods: Option = {
  test: (value) => Array.isArray(value) && value.includes('GET') && value.every((method) => METHODS.includes(method)),
  expected: 'an array of GET, POST, PUT, PATCH and DELETE in which GET is one',
};

const IDS: readonly unknown[] = ['uuidv7', 'integer', 'client'];
const ids: Option = { test: (value) => IDS.includes(value), expected: '"uuidv7", "integer" or "client"' };

const entity: Option = {
  test: (value) => typeof value === 'string' || isEntityClass(value),
  expected: 'a class that extends Entity, or a template such as "../{id}/" that leads to one',
};

const linked = { iri: text, title: text, description: text, catalogs: map, fragments: map, views: map, methods };

/** Every option of every base class: the one place where they are listed for checking. */
const OPTIONS: Readonly<Record<BaseName, Readonly<Record<string, Option>>>> = {
  Catalog: { ...linked, entity, query: schema, ids },
  Entity: { ...linked, body: schema },
  Fragment: { iri: text, member: text, schema, methods },
  View: { iri: text, query: schema, schema },
};

const BASES: Readonly<Record<BaseName, abstract new (...args: never) => unknown>> = { Catalog, Entity, Fragment, View };

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

/** How an error names something that stands where a class or an IRI was wanted. */
export function nameOf(value: unknown): string {
  if (typeof value === 'function') {
    const base = (Object.keys(BASES) as BaseName[]).find((name) => extendsBase(value, name));
    return base === undefined ? `the function ${value.name}` : `the ${base} class ${value.name}`;
  }
  if (value === undefined) return 'undefined (a class that is not defined yet? link to it by its IRI instead)';
  return JSON.stringify(value) ?? String(value);
}

/**
 * Finds statics that are no options, and options that are not of their type.
 *
 * A static that is a function is the author's own, unless it stands one slip away from an option.
 */
export function checkStatics(declared: { readonly name: string }, base: BaseName, findings: Findings): void {
  const options = OPTIONS[base];
  for (const [name, value] of staticsOf(declared, BASES[base])) {
    const where = { class: declared.name, member: name };
    const option = options[name];
    if (option === undefined) {
      const near = nearest(name, Object.keys(options));
      if (typeof value === 'function' && near === undefined) continue;
      findings.add(
        where,
        `is no option of ${base}${suggestion(name, Object.keys(options))} (keep values of your own outside the class)`,
      );
    } else if (value !== undefined && !option.test(value)) {
      findings.add(where, `must be ${option.expected}; found ${nameOf(value)}`);
    }
  }
}

function staticsOf(declared: object, base: object): ReadonlyMap<string, unknown> {
  const statics = new Map<string, unknown>();
  for (let at = declared; at !== base && at !== null; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!BUILT_IN.has(name) && !statics.has(name)) statics.set(name, (declared as Record<string, unknown>)[name]);
    }
  }
  return statics;
}
