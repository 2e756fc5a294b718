import { firstErrors, MOST_ERRORS, ProblemError } from '../http/problem.js';
import type { ErrorDetail } from '../http/problem.js';
import { normaliseIri } from '../protocol/iri/normalise.js';
import { resolveIri } from '../protocol/iri/resolve.js';
import { shortenPointer, formatValue } from '../protocol/format-value.js';
import { validate } from '../protocol/validate.js';
import type { Incoming } from './incoming.js';
import { readBody } from './body.js';
import type { Received } from './body.js';
import { MOST_TARGET } from './message.js';
import { acceptField, acceptedTypes } from './methods.js';
import type { Mounted } from './target.js';
import type { Visit } from './visit.js';
import { isObject } from '../protocol/json/values.js';

/** The `body` of an entity document, before its schema has seen it. */
export type EntityBody = Readonly<Record<string, unknown>>;

/** Reads the JSON value that a request carries. */
export function readSent({
  served,
  exchange: { node },
  incoming: { req, method },
}: Visit): Promise<Received> {
  return readBody(req, {
    bytes: served.bodyLimit,
    types: acceptedTypes(node, method),
    acceptField: acceptField(method),
  });
}

/**
 * The `body` of an entity document that a request carried.
 *
 * @throws {ProblemError} 409 self-mismatch, or 422
 */
export function bodyOf(sent: unknown, visit: Visit): EntityBody {
  return documentOf(sent, 'shoji:entity', '"body": {…}', visit)['body'] as EntityBody;
}

/**
 * The Shoji document that a request carried.
 *
 * @param element - which one is wanted
 * @param example - what else is in such a document
 * @throws {ProblemError} 409 self-mismatch, or 422
 */
export function documentOf(
  sent: unknown,
  element: string,
  example: string,
  visit: Visit,
): Readonly<Record<string, unknown>> {
  if (!isObject(sent)) {
    const found = Array.isArray(sent) ? 'an array' : sent === null ? 'null' : `a ${typeof sent}`;
    throw new ProblemError('not-a-document', {
      detail: `A document is wanted, such as {"element": "${element}", ${example}}; found ${found}.`,
    });
  }
  const errors = documentErrors(sent, element);
  if (errors.length > 0) throw invalid(errors);
  if (typeof sent['self'] === 'string') requireSelf(sent['self'], visit);
  return sent;
}

/** @param errors - at least one */
export function invalid(errors: readonly ErrorDetail[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  const place = first?.pointer === '' ? 'The document' : shortenPointer(first?.pointer ?? '');
  return new ProblemError('invalid-document', { detail: `${place}: ${first?.message}${more}.`, errors });
}

function documentErrors(
  document: Readonly<Record<string, unknown>>,
  element: string,
): readonly ErrorDetail[] {
  if (document['element'] !== element) {
    const found = formatValue(document['element']);
    return [{ pointer: '/element', message: `must be "${element}"; found ${found}`, rule: 'element' }];
  }
  const { findings } = validate(document, { role: 'request', maxErrors: MOST_ERRORS });
  if (findings.length === 0) return [];
  return firstErrors(findings.map(({ pointer, message, rule }) => ({ pointer, message, rule })));
}

/** Longer than any way to write a target that is read: it need not be resolved. */
export const MOST_SELF: number = 4 * MOST_TARGET;

/** A document that says it is of another resource was meant for that one. */
function requireSelf(self: string, visit: Visit): void {
  const { served, exchange } = visit;
  const target = served.base + exchange.path;
  const found = self.length <= MOST_SELF ? resolvedPath(self, target, visit) : undefined;
  if (found === resolvedPath(target, target, visit)) return;
  const elsewhere = served.base === '' && found?.includes('//') === true ? ' of the host that it names' : '';
  throw new ProblemError('self-mismatch', {
    detail: `The self of the document is ${formatValue(self)}, but the request is for ${JSON.stringify(target)}${elsewhere}.`,
  });
}

/**
 * What a reference leads to, in one spelling.
 *
 * Without a base the server does not know its own authority. The one that the client has sent the request to is its
 * own for that client, and is left away; any other is another server's.
 *
 * @param from - what it is resolved against: an IRI below the base of the API
 */
export function resolvedPath(
  reference: string,
  from: string,
  { served: { base }, incoming: { req } }: Pick<Visit, 'served' | 'incoming'>,
): string {
  const resolved = normaliseIri(resolveIri(reference, from));
  if (base !== '' && resolved.startsWith(`${base}/`)) return resolved;
  const [origin, scheme = 'http:', authority = ''] = ORIGIN.exec(resolved) ?? [];
  if (origin === undefined || authority.includes('@')) return resolved;
  const host = hostOf(scheme, authority);
  if (host === undefined) return resolved;
  const rest = resolved.slice(origin.length);
  if (base !== '') return `${scheme}//${host}${rest}`;
  return host === hostOf(scheme, authorityOf(req)) ? rest : resolved;
}

const ORIGIN = /^(https?:)?\/\/([^/?#]*)/;

/** Host and port in one spelling: in lower case and in ASCII, without the port that the scheme has by default. */
function hostOf(scheme: string, authority: string): string | undefined {
  const url = `${scheme}//${authority}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/**
 * The authority that the client has sent the request to, as it says.
 *
 * @see RFC 9112, section 3.2.2: that of a target in absolute-form counts before Host
 */
function authorityOf(req: Incoming['req']): string {
  const { originalUrl = req.url ?? '', headers } = req as Incoming['req'] & Mounted;
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(originalUrl) ?? [];
  return authority ?? headers.host ?? (headers[':authority'] as string | undefined) ?? '';
}
