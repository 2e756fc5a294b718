import { BodySchema, readOnlyPaths, writableSchema } from './body-schema.js';
import { jsonTypesOf, isKeywords, propertiesOf } from '../resource/schema.js';
import type { Keywords } from '../resource/schema.js';
import type { CatalogNode, EntityNode, FragmentNode, ResourceNode, ViewNode } from './nodes.js';
import { pagingVariables } from './paging.js';
import { QuerySchema } from './query-schema.js';
import type { Variables } from './query-schema.js';
import { readDeclaredIri } from './declared-iri.js';
import type { Findings, Whereabouts } from './declaration-findings.js';
import { suggestion } from '../protocol/edit-distance.js';
import { isAnnotation } from './schema-compiler.js';
import type { SchemaCompiler } from './schema-compiler.js';

/** Compiles what a node's class declares of bodies, queries and values. */
export function declareSchemas(node: ResourceNode, compiler: SchemaCompiler, findings: Findings): void {
  switch (node.kind) {
    case 'entity':
      return declareBody(node, compiler, findings);
    case 'catalog':
      return declareQuery(node, compiler, findings);
    case 'view':
      declareQuery(node, compiler, findings);
      return declareValue(node, compiler, findings);
    case 'fragment':
      return declareValue(node, compiler, findings);
  }
}

function declareBody(node: EntityNode, compiler: SchemaCompiler, findings: Findings): void {
  const where = { class: node.className, member: 'body' };
  const schema: unknown = node.class.options.body;
  if (schema === undefined) {
    return findings.add(where, 'is missing: declare the JSON Schema of the body, such as Type.Object({ … })');
  }
  if (!isKeywords(schema)) return;
  if (schema['type'] !== 'object') {
    return findings.add(
      where,
      `the body of an entity is an object; the schema's type is ${JSON.stringify(schema['type'])}`,
    );
  }
  if (countReadOnly(schema) > readOnlyPaths(schema).length) {
    findings.add(
      where,
      'readOnly stands where the server could not keep a value (inside items, $defs or alternatives); only members of nested objects can be read-only',
    );
  }
  for (const [name, member] of Object.entries(propertiesOf(schema))) {
    if ('~readonly' in member) {
      findings.add(
        where,
        `Type.Readonly makes ${name} read-only for TypeScript and not for clients; write { readOnly: true } among its options`,
      );
    }
  }
  const writable = writableSchema(schema);
  const compiled = compiler.compile(writable, where);
  if (compiled === undefined) return;
  compiler.checkDefaults(writable, where);
  node.body = new BodySchema(schema, compiled, node.parent.class.options.table !== undefined);
}

function declareQuery(node: CatalogNode | ViewNode, compiler: SchemaCompiler, findings: Findings): void {
  const brought = node.kind === 'catalog' ? pagingVariables(node) : {};
  const parts = [
    ofClass(node, Object.keys(brought), compiler, findings),
    Object.keys(brought).length === 0 ? undefined : ofPaging(node, brought, compiler),
  ].filter((part) => part !== undefined);
  if (parts.length > 0) node.query = new QuerySchema(...parts);
}

/** The query variables that the options `page` and `sort` bring. */
function ofPaging(node: ResourceNode, properties: Keywords, compiler: SchemaCompiler): Variables | undefined {
  const schema = { type: 'object', properties };
  const compiled = compiler.compile(schema, { class: node.className, member: 'page' });
  return compiled && { schema, compiled };
}

/**
 * The query variables that a class declares.
 *
 * @param brought - names of those that the framework brings
 */
function ofClass(
  node: CatalogNode | ViewNode,
  brought: readonly string[],
  compiler: SchemaCompiler,
  findings: Findings,
): Variables | undefined {
  const schema: unknown = node.class.options.query;
  const where = { class: node.className, member: 'query' };
  const iri = readDeclaredIri(node.class.options.iri);
  const inIri = 'message' in iri ? [] : iri.query.filter((variable) => !brought.includes(variable));
  if (schema === undefined) {
    if (inIri.length > 0) {
      findings.add(
        where,
        `is missing: the IRI ${JSON.stringify(node.class.options.iri)} has the variables ${inIri.join(', ')}; declare a schema for them`,
      );
    }
    return undefined;
  }
  if (!isKeywords(schema)) return undefined;
  if (schema['type'] !== 'object') {
    findings.add(
      where,
      `the schema of a query is an object with one property a variable; its type is ${JSON.stringify(schema['type'])}`,
    );
    return undefined;
  }
  const properties = propertiesOf(schema);
  for (const name of inIri.filter((variable) => !Object.hasOwn(properties, variable))) {
    findings.add(
      { class: node.className, member: 'iri', iri: node.class.options.iri },
      `the variable ${name} is missing in the option query${suggestion(name, Object.keys(properties))}`,
    );
  }
  for (const [name, variable] of Object.entries(properties)) {
    const refusal = variableRefusal(variable);
    if (refusal !== undefined) findings.add(where, `the variable ${name} ${refusal}`);
  }
  const compiled = compiler.compile(schema, where);
  if (compiled !== undefined) compiler.checkDefaults(schema, where);
  return compiled && { schema, compiled };
}

/** Why a query could not carry what a variable's schema describes; undefined where it can. */
function variableRefusal(variable: Keywords): string | undefined {
  const types = jsonTypesOf(variable);
  const { items } = variable;
  const ofItems = types.has('array') && isKeywords(items) ? jsonTypesOf(items) : new Set<string>();
  if (types.has('object') || ofItems.has('object') || ofItems.has('array') || [...types].join() === 'null')
    return 'is of a type that no query can carry; use a string, number, boolean, or an array of them';
  const untyped = types.has('any') && Object.keys(variable).find((keyword) => TYPED.has(keyword));
  return untyped
    ? `says ${untyped} and not of what type it is, so that it would be read as a string; write type beside it`
    : undefined;
}

/** Keywords that say nothing of a string, or may. */
const TYPED: ReadonlySet<string> = new Set([
  '$ref',
  '$dynamicRef',
  'allOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'properties',
]);

function declareValue(node: FragmentNode | ViewNode, compiler: SchemaCompiler, findings: Findings): void {
  const where: Whereabouts = { class: node.className, member: 'schema' };
  const { schema } = node.class.options;
  const replaces = node.class.prototype.replace !== undefined;
  if (typeof node.class.prototype.value !== 'function') {
    findings.add(
      { ...where, member: 'value' },
      'is missing: declare the method value(request) that gives what is served',
    );
  }
  if (
    node.kind === 'fragment' &&
    node.member !== undefined &&
    node.parent.kind === 'entity' &&
    (replaces || schema !== undefined)
  ) {
    findings.add(
      where,
      'has no part in a fragment that is a member: PUT changes the member, by the schema of the body; leave member away, or replace() and schema',
    );
    return;
  }
  if (replaces && schema === undefined)
    findings.add(where, 'is missing: replace() is declared, and needs a schema of what PUT takes');
  if (!replaces && schema !== undefined)
    findings.add(where, 'is declared, but replace() is not: nothing would take what is PUT');
  if (!isKeywords(schema)) return;
  const compiled = compiler.compile(schema, where);
  if (compiled === undefined) return;
  compiler.checkDefaults(schema, where);
  node.schema = compiled;
}

/** How many places of a schema are marked, not counting what is within a marked one. */
function countReadOnly(schema: unknown): number {
  if (typeof schema !== 'object' || schema === null) return 0;
  if ('readOnly' in schema && schema.readOnly === true) return 1;
  return Object.entries(schema).reduce(
    (count, [keyword, value]) =>
      ['const', 'enum', 'default', 'examples'].includes(keyword) || isAnnotation(keyword)
        ? count
        : count + countReadOnly(value),
    0,
  );
}
