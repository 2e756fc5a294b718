import { BodySchema, readOnlyPaths, writableSchema } from '../body-schema.js';
import type { CatalogNode, EntityNode, FragmentNode, ResourceNode, ViewNode } from '../nodes.js';
import { QuerySchema } from '../query-schema.js';
import type { Keywords } from '../schema.js';
import { readDeclaredIri } from './declared-iri.js';
import type { Findings, Whereabouts } from './findings.js';
import { suggestion } from './findings.js';
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
  const schema = node.class.body as Keywords | undefined;
  if (schema === undefined) {
    return findings.add(where, 'is missing: declare the JSON Schema of the body, such as Type.Object({ … })');
  }
  if (schema['type'] !== 'object') {
    return findings.add(where, `the body of an entity is an object; the schema's type is ${JSON.stringify(schema['type'])}`);
  }
  if (countReadOnly(schema) > readOnlyPaths(schema).length) {
    findings.add(where, 'readOnly stands where the server could not keep a value (inside items, $defs or alternatives); only members of nested objects can be read-only');
  }
  const compiled = compiler.compile(writableSchema(schema), where);
  if (compiled !== undefined) node.body = new BodySchema(schema, compiled);
}

function declareQuery(node: CatalogNode | ViewNode, compiler: SchemaCompiler, findings: Findings): void {
  const schema = node.class.query as Keywords | undefined;
  const where = { class: node.className, member: 'query' };
  const iri = readDeclaredIri(node.class.iri);
  const inIri = 'message' in iri ? [] : iri.query;
  if (schema === undefined) {
    if (inIri.length > 0) {
      findings.add(where, `is missing: the IRI ${JSON.stringify(node.class.iri)} has the variables ${inIri.join(', ')}; declare a schema for them`);
    }
    return;
  }
  if (schema['type'] !== 'object') {
    return findings.add(where, `the schema of a query is an object with one property a variable; its type is ${JSON.stringify(schema['type'])}`);
  }
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Keywords>>;
  for (const name of inIri.filter((variable) => !Object.hasOwn(properties, variable))) {
    findings.add(
      { class: node.className, member: 'iri', iri: node.class.iri },
      `the variable ${name} is missing in static query${suggestion(name, Object.keys(properties))}`,
    );
  }
  for (const [name, variable] of Object.entries(properties)) {
    const type = variable['type'];
    if (type === 'object' || (type === 'array' && ['array', 'object'].includes(String((variable['items'] as Keywords | undefined)?.['type'])))) {
      findings.add(where, `the variable ${name} is of a type that no query can carry; use a string, number, boolean, or an array of them`);
    }
  }
  const compiled = compiler.compile(schema, where);
  if (compiled !== undefined) node.query = new QuerySchema(schema, compiled);
}

function declareValue(node: FragmentNode | ViewNode, compiler: SchemaCompiler, findings: Findings): void {
  const where: Whereabouts = { class: node.className, member: 'schema' };
  const { schema } = node.class;
  const replaces = node.class.prototype.replace !== undefined;
  if (replaces && schema === undefined) findings.add(where, 'is missing: replace() is declared, and needs a schema of what PUT takes');
  if (!replaces && schema !== undefined) findings.add(where, 'is declared, but replace() is not: nothing would take what is PUT');
  if (node.kind === 'fragment' && node.member !== undefined && node.parent.kind === 'entity') declareMember(node, node.parent, findings);
  if (schema === undefined) return;
  const compiled = compiler.compile(schema, where);
  if (compiled !== undefined) node.schema = compiled;
}

function declareMember(node: FragmentNode, owner: EntityNode, findings: Findings): void {
  const members = Object.keys(((owner.class.body as Keywords | undefined)?.['properties'] as object | undefined) ?? {});
  const member = node.member ?? '';
  if (members.includes(member)) return;
  findings.add(
    { class: owner.className, member: 'fragments', iri: member },
    `names no member of the body (it has ${members.join(', ')})${suggestion(member, members)}`,
  );
}

function countReadOnly(schema: unknown): number {
  if (typeof schema !== 'object' || schema === null) return 0;
  const own = (schema as Keywords)['readOnly'] === true ? 1 : 0;
  return Object.entries(schema).reduce(
    (count, [keyword, value]) => (['const', 'enum', 'default', 'examples'].includes(keyword) ? count : count + countReadOnly(value)),
    own,
  );
}
