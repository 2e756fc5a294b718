import { inspect } from 'node:util';
import { Catalog, Entity, Fragment, View } from '../resource/resource-classes.js';

const BASES = { Catalog, Entity, Fragment, View };

/** How a finding names what stood where something else was wanted. */
export function describeDeclared(value: unknown): string {
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
export function describeClass(value: unknown): string {
  return value === undefined
    ? 'undefined (a class that is not defined yet? link to it by its IRI instead)'
    : describeDeclared(value);
}
