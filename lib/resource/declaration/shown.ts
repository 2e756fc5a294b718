import { inspect } from 'node:util';
import { Catalog } from '../catalog.js';
import { Entity } from '../entity.js';
import { Fragment } from '../fragment.js';
import { View } from '../view.js';

const BASES = { Catalog, Entity, Fragment, View };

/** How a finding names what stood where something else was wanted. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'function')
    return inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 80 });
  const { name } = value;
  for (const [base, declared] of Object.entries(BASES)) {
    if (value === declared) return `${base} itself; extend it`;
    if (value.prototype instanceof declared) return `the ${base} class ${name}`;
  }
  return `the function ${name}`;
}

/** The same where a class was wanted. */
export function shownForClass(value: unknown): string {
  return value === undefined
    ? 'undefined (a class that is not defined yet? link to it by its IRI instead)'
    : shown(value);
}
