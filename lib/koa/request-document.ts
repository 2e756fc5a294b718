import { Problem } from '../http/problem.js';
import type { ProblemError } from '../http/problem.js';
import { normaliseIri, resolveIri } from '../protocol/iri.js';
import { validate } from '../protocol/validate.js';
import type { Exchange } from '../resource/exchange.js';
import { readBody } from './body.js';
import type { Incoming } from './incoming.js';
import { acceptField } from './methods.js';
import type { Served } from './served.js';

/** The `body` of an entity document, before its schema has seen it. */
export type EntityBody = Readonly<Record<string, unknown>>;

/**
 * Reads the entity document that a request carries.
 *
 * @returns its `body`
 * @throws {Problem} 400, 409 self-mismatch, 413, 415 or 422
 */
export async function readEntityDocument(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
): Promise<EntityBody> {
  const document = await readValue(served, incoming);
  if (!isObject(document)) {
    const found = Array.isArray(document) ? 'an array' : document === null ? 'null' : `a ${typeof document}`;
    throw new Problem('not-a-document', {
      detail: `An entity document is wanted, such as {"element": "shoji:entity", "body": {…}}; found ${found}.`,
    });
  }
  const errors = documentErrors(document);
  if (errors.length > 0) throw invalid(errors);
  if (typeof document['self'] === 'string') requireSelf(document['self'], served, exchange);
  return document['body'] as EntityBody;
}

/** Reads the JSON value that a request carries. */
export function readValue(served: Served, { req, method }: Incoming): Promise<unknown> {
  return readBody(req, { bytes: served.bodyLimit, acceptField: acceptField(method) });
}

/** @param errors - at least one */
export function invalid(errors: readonly ProblemError[]): Problem {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  const place = first?.pointer === '' ? 'The document' : first?.pointer;
  return new Problem('invalid-document', { detail: `${place}: ${first?.message}${more}.`, errors });
}

function documentErrors(document: Readonly<Record<string, unknown>>): readonly ProblemError[] {
  if (document['element'] !== 'shoji:entity') {
    const found = document['element'] === undefined ? 'nothing' : JSON.stringify(document['element']);
    return [{ pointer: '/element', message: `must be "shoji:entity"; found ${found}`, rule: 'element' }];
  }
  return validate(document, { role: 'request' })
    .findings.filter(({ level }) => level === 'error')
    .slice(0, 20)
    .map(({ pointer, message, rule }) => ({ pointer, message, rule }));
}

/** A document that says it is of another resource was meant for that one. */
function requireSelf(self: string, served: Served, exchange: Exchange): void {
  const target = served.base + exchange.path;
  const resolved = normaliseIri(resolveIri(self, target));
  // Without a base the server does not know its own authority, so that only the path can tell.
  const compared =
    served.base === '' ? resolved.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*/i, '') : resolved;
  if (compared === normaliseIri(target)) return;
  throw new Problem('self-mismatch', {
    detail: `The self of the document is ${JSON.stringify(self)}, but the request is for ${JSON.stringify(target)}.`,
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
