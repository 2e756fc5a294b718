import type { SchemaError } from '../dialects/compiled-schema.js';
import type { DialectDefinition } from '../dialects/dialects.js';
import type { JsonObject } from '../documents.js';
import { describeValue, quote } from '../format-value.js';
import { parsePointer, valueAt } from '../json-pointer.js';
import { findMisspellings } from '../members.js';
import type { UnlocatedFinding } from '../findings.js';
import { DOCUMENTS } from '../sources.js';

/** What members must be, in words. */
const WANTED: Readonly<Record<string, string>> = {
  self: 'an IRI reference, as a string',
  title: 'a string',
  description: 'a string',
  updated: 'a date, as a string such as "#2003-12-13T18:30:02Z#"',
  entities: 'an array of IRI references',
  body: 'an object from names to values',
  index: 'an object from IRI references to attributes',
  graph: 'an array',
  specification: 'an IRI reference, as a string',
  size: 'an integer',
  etags: 'an object from IRI references to entity tags',
};

/** What the items of members must be, in words. */
const ITEM_WANTED: Readonly<Record<string, string>> = {
  entities: 'an IRI reference, as a string',
  index: 'an object of attributes, or null where a request removes the entity',
  etags: 'an entity tag, as a string with its quotes, such as "\\"v1\\""',
};

/** Why members are required. */
const REQUIRED: Readonly<Record<string, string>> = {
  self: 'a document that is served says where it is: add "self", which may be "" for the IRI that it is fetched from (a request needs none: --role request)',
  body: 'an entity holds its values in "body", and there is none: add it, empty if need be ("body": {})',
  graph: 'an order holds its items in "graph", and there is none: add it, empty if need be ("graph": [])',
  index:
    'a PATCH by index holds its changes in "index", and there is none: add it, such as "index": {"1/": {"title": "New"}}',
};

/**
 * Says in words what a compiled schema has against a document.
 *
 * @param maxFindings - how many findings to make at most
 * @returns one finding for each error, without the errors that only explain another one
 */
export function explainSchemaErrors(
  errors: readonly SchemaError[],
  document: JsonObject,
  dialect: DialectDefinition,
  maxFindings: number,
): readonly UnlocatedFinding[] {
  return errors
    .filter(({ propertyName }) => propertyName === undefined)
    .slice(0, maxFindings)
    .map((error) => ({
      ...explain(error, document, dialect),
      level: 'error',
      pointer: error.instancePath,
      // That it must be there in what is served is a decision of this project's.
      see: error.params['missingProperty'] === 'self' ? DOCUMENTS : dialect.see,
    }));
}

function explain(
  { instancePath, keyword, params }: SchemaError,
  document: JsonObject,
  dialect: DialectDefinition,
): Pick<UnlocatedFinding, 'rule' | 'message'> {
  const [member = '', ...inner] = parsePointer(instancePath) ?? [];
  const found = describeValue(valueAt(document, [member, ...inner]));
  switch (keyword) {
    case 'required': {
      const missing = String(params['missingProperty']);
      const written = findMisspellings(document, dialect).find(({ meant }) => meant === missing)?.written;
      const hint = written === undefined ? '' : `; ${quote(written)} is probably meant to be it`;
      return {
        rule: 'missing-member',
        message: (REQUIRED[missing] ?? `add the member ${quote(missing)}`) + hint,
      };
    }
    case 'propertyNames':
      return {
        rule: 'empty-link-name',
        message: `a link in ${quote(member)} has the empty name, which no client can bind to; give it a name`,
      };
    case 'minProperties':
    case 'maxProperties':
      return {
        rule: 'order-group',
        message: `a group has ${groupSize(document, [member, ...inner])} members; write exactly one, from its name to an array of what is in it`,
      };
    default:
      return inner.length === 0
        ? { rule: 'member-type', message: memberType(member, found, dialect) }
        : { rule: 'item-type', message: itemType(member, inner, found, dialect) };
  }
}

function memberType(member: string, found: string, dialect: DialectDefinition): string {
  if (!dialect.linkMembers.includes(member)) {
    return `${quote(member)} is ${found}; it must be ${WANTED[member] ?? 'of another type'}`;
  }
  if (dialect.links === 'unnamed') {
    const reason = found === 'an object' ? ' (names for links came with draft 02)' : '';
    return `${quote(member)} is ${found}; it must be an array of IRI references or URI templates${reason}`;
  }
  const reason = found === 'an array' ? ' (arrays of links are of draft 01)' : '';
  return `${quote(member)} is ${found}; it must be an object from names to links, such as {"bills": "bills/"}${reason}`;
}

function itemType(
  member: string,
  inner: readonly string[],
  found: string,
  dialect: DialectDefinition,
): string {
  const item = `${quote(inner.at(-1) ?? '')} in ${quote(member)}`;
  if (dialect.linkMembers.includes(member)) {
    return `the link ${item} is ${found}; it must be an IRI reference or a URI template, as a string`;
  }
  if (member === 'graph') {
    return inner.length % 2 === 0
      ? `the group ${item} is ${found}; it must be an array of IRI references and groups`
      : `the item ${item} is ${found}; it must be an IRI reference, as a string, or a group, as an object with one member`;
  }
  return `the item ${item} is ${found}; it must be ${ITEM_WANTED[member] ?? 'of another type'}`;
}

function groupSize(document: JsonObject, path: readonly string[]): number {
  return Object.keys(valueAt(document, path) ?? {}).length;
}
