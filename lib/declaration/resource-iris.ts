import { resolveIri } from '../protocol/iri/resolve-iri.js';
import { UriTemplate } from '../protocol/uri-template/uri-template.js';
import type { TemplateValues } from '../protocol/uri-template/uri-template.js';
import type { ResourceClass } from '../resource/resource-classes.js';
import type { Declaration } from './declare.js';
import { suggestion } from '../protocol/edit-distance.js';
import { encodeSegment, expandPath } from './nodes.js';
import type { ResourceNode } from './nodes.js';

/** Values of variables by name; what is undefined counts as not given. */
export type Values = Readonly<Record<string, unknown>>;

/** A place of a class in the API, with the values of the variables in its path. */
export interface ValuedPlace {
  readonly node: ResourceNode;
  readonly values: readonly string[];
}

/**
 * Where a class is in the API: of the places whose variables all have a value, the innermost.
 *
 * @param defaults - values for variables that `values` does not give
 * @throws {TypeError} where the class is no part of the API, or a variable of its path has no value
 */
export function placeOf(
  { places }: Declaration,
  resource: ResourceClass,
  values: Values,
  defaults: Readonly<Record<string, string>> = {},
): ValuedPlace {
  const nodes = places.get(resource);
  if (nodes === undefined) {
    const name = typeof resource === 'function' ? resource.name : String(resource);
    throw new TypeError(
      `${name} is no resource of this API; give its class, or a class that leads to it, to shoji()`,
    );
  }
  const valueOf = (name: string) =>
    values[name] === undefined ? defaults[name] : textOf(name, values[name]);
  const [node] = nodes
    .filter(({ variables }) => variables.every((name) => valueOf(name) !== undefined))
    .toSorted((a, b) => b.variables.length - a.variables.length);
  if (node !== undefined) return { node, values: node.variables.map((name) => valueOf(name) ?? '') };
  const wanted = nodes.map(({ variables }) => `{ ${variables.join(', ')} }`).join(' or ');
  throw new TypeError(
    `the path of ${resource.name} needs values for ${wanted}; found ${JSON.stringify(values)}`,
  );
}

/**
 * The path of a declared resource, with its query.
 *
 * @param defaults - values for variables of the path that `values` does not give
 * @throws {TypeError} where the class is no part of the API, or a variable of its path has no value
 */
export function iriOf(
  declaration: Declaration,
  resource: ResourceClass,
  values: Values,
  defaults: Readonly<Record<string, string>> = {},
): string {
  const { node, values: inPath } = placeOf(declaration, resource, values, defaults);
  const query = (node.query?.names ?? []).filter((name) => !node.variables.includes(name));
  return expandPath(node, inPath) + queryOf(query, values);
}

/**
 * The IRI that a client gets which follows a named link of a class's document and expands it.
 *
 * @param prefix - what stands before the path of the document
 * @throws {TypeError} where the class is no part of the API, has no such link, or a variable of a path
 *   has no value
 */
export function linkOf(
  declaration: Declaration,
  prefix: string,
  resource: ResourceClass,
  name: string,
  values: TemplateValues,
  defaults: Readonly<Record<string, string>> = {},
): string {
  const { node, values: inPath } = placeOf(declaration, resource, values, defaults);
  const links = 'links' in node ? node.links : [];
  const link = links.find((other) => other.name === name);
  if (link === undefined) {
    const names = links.map((other) => other.name);
    const known =
      names.length === 0 ? 'it has none' : `it has ${names.map((other) => JSON.stringify(other)).join(', ')}`;
    throw new TypeError(
      `${resource.name} has no link named ${JSON.stringify(name)}; ${known}${suggestion(name, names)}`,
    );
  }
  const template = UriTemplate.parse(link.href);
  const above = Object.fromEntries(node.variables.map((variable, index) => [variable, inPath[index]]));
  const missing = pathVariables(template).find(
    (variable) => (values[variable] ?? above[variable]) === undefined,
  );
  if (missing !== undefined) {
    throw new TypeError(
      `the link ${JSON.stringify(name)} of ${resource.name} needs a value for ${missing}; it is ${JSON.stringify(link.href)}`,
    );
  }
  const ofPath = Object.fromEntries(pathVariables(template).map((variable) => [variable, above[variable]]));
  return resolveIri(template.expand({ ...ofPath, ...values }), prefix + expandPath(node, inPath));
}

/** The query part for these variables, in their order, as RFC 6570's `{?…*}` writes it; empty where none has a value. */
export function queryOf(names: readonly string[], values: Values): string {
  const pairs = names.flatMap((name) =>
    [values[name] ?? []]
      .flat()
      .map((value) => `${encodeSegment(name)}=${encodeSegment(textOf(name, value))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Variables without which a reference would lead elsewhere; those of a query may be absent. */
function pathVariables({ parts }: UriTemplate): readonly string[] {
  return parts.flatMap((part) =>
    part.type === 'expression' && part.operator === '' ? part.variables.map(({ name }) => name) : [],
  );
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  throw new TypeError(
    `the value of ${name} must be a string, number or boolean; found ${JSON.stringify(value)}`,
  );
}
