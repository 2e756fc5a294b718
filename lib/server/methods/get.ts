import { Readable } from 'node:stream';
import { createNegotiation } from '../../http/accept.js';
import type { Negotiation } from '../../http/accept.js';
import { evaluate } from '../../http/preconditions.js';
import type { Validators, Verdict } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import { SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../../protocol/documents.js';
import { andThen, isStored } from '../../resource/found.js';
import type { Awaitable, EntityRecord } from '../../resource/found.js';
import type { ResourceNode, EntityNode } from '../../resource/nodes.js';
import { representCatalog } from '../render/lists.js';
import { preconditionFailed } from '../preconditions.js';
import type { HttpResponse, Incoming, Visit, RequestContext } from '../request-context.js';
import {
  findEntity,
  representValue,
  etagAs,
  lastModifiedOf,
  representEntity,
  visibility,
} from '../render/documents.js';
import type { Representation } from '../render/documents.js';
import { cacheHeaders } from '../negotiate.js';
import type { ApiContext } from '../api-context.js';

/** What a GET of a resource may be answered by, as it is at this moment. */
export interface Answers {
  /** What the preconditions of the request are held against. */
  readonly validators: Validators;
  readonly notModified: HttpResponse;
  readonly whole: () => Awaitable<HttpResponse>;
  /** Whether the weak form of its tag may have been sent with the representation. */
  readonly mayBeWeak?: (() => boolean) | undefined;
  /** To be called instead of `whole` where something was begun that must be ended. */
  readonly dismiss?: (() => void) | undefined;
}

/** @param type - the media type that the representation goes under */
export function answersOf(
  served: ApiContext,
  node: ResourceNode,
  type: string,
  { etag: plain, dated, text, mayBeWeak, dismiss }: Representation,
): Answers {
  const etag = plain === undefined ? undefined : etagAs(type, node, plain);
  // Of the representation, a 304 has only what tells a cache which one it is (RFC 9110, section 15.4.5).
  const fields = cacheHeaders(served);
  if (etag !== undefined) fields['etag'] = etag;
  return {
    validators: { etag, lastModified: dated?.updated },
    notModified: { status: 304, headers: fields },
    whole: () => {
      const headers: Record<string, string> = { 'content-type': type, ...fields };
      const lastModified = dated && lastModifiedOf(served, dated);
      if (lastModified !== undefined) headers['last-modified'] = lastModified.text;
      return andThen(text(), (read) => {
        if (typeof read === 'string' || read instanceof Readable) {
          return { status: 200, headers, body: read };
        }
        headers['etag'] = etagAs(type, node, read.etag);
        return { status: 200, headers, body: read.body };
      });
    },
    mayBeWeak,
    dismiss,
  };
}

/** The answers of one entity, and whose they are. */
interface Kept {
  readonly node: EntityNode;
  readonly mount: string;
  readonly values: readonly string[];
  /** Stands for all that is fixed in the document, as some callers see it. */
  readonly tag: string;
  readonly type: string;
  readonly answers: Answers;
}

/** How many entities of an API have their answers kept: some ten megabytes where bodies are small. */
const MOST_KEPT = 10_000;

/** The longest body whose answers are kept, in characters; to make those of longer ones is the smaller part of it. */
const LONGEST_KEPT = 8 * 1024;

/** The answers that were made last of entities that nothing can change. */
const kept = new WeakMap<ApiContext, Map<EntityRecord, Kept>>();

/**
 * The answers of an entity. A store in memory gives the same frozen object for as long as a version lasts: then
 * they are made once for whoever asks next in the same way.
 */
export function answersOfEntity(
  served: ApiContext,
  exchange: RequestContext,
  node: EntityNode,
  type: string,
  found: EntityRecord,
): Answers {
  const tag = node.rendering.tag(visibility(served, exchange));
  const before = kept.get(served)?.get(found);
  if (before !== undefined && isSame(before, exchange, tag, type)) return before.answers;
  const answers = answersOf(served, node, type, representEntity(served, exchange, node, found));
  if (!mayKeep(served, found)) return answers;
  const lasting = once(answers);
  keep(served, found, { node, mount: exchange.mount, values: exchange.values, tag, type, answers: lasting });
  return lasting;
}

/** The same answers, made now. Whatever they were made by, such as the request, is not held on to. */
function once({ validators, notModified, whole }: Answers): Answers {
  const made = whole();
  return { validators, notModified, whole: () => made };
}

function keep(served: ApiContext, found: EntityRecord, one: Kept): void {
  let all = kept.get(served);
  if (all === undefined) kept.set(served, (all = new Map()));
  // Versions that are gone are among them, and nothing tells which.
  if (all.size >= MOST_KEPT) all.clear();
  all.set(found, one);
}

function isSame(
  { node, mount, values, tag, type }: Kept,
  exchange: RequestContext,
  asSeen: string,
  asType: string,
): boolean {
  return (
    node === exchange.node &&
    type === asType &&
    tag === asSeen &&
    mount === exchange.mount &&
    values.every((value, index) => value === exchange.values[index])
  );
}

/** Whether nothing of the answers will ever be another: what a store gave and froze is frozen to its depths. */
function mayKeep(served: ApiContext, found: EntityRecord): boolean {
  if (!Object.isFrozen(found) || !isStored(found) || found.text.length > LONGEST_KEPT) return false;
  const lastModified = lastModifiedOf(served, found);
  return lastModified === undefined || lastModified.lasting;
}

const shoji = createNegotiation(SHOJI_MEDIA_TYPES);
const value = createNegotiation([VALUE_MEDIA_TYPE]);

/** The choice of media types for a resource's representations. */
export function negotiationOf(node: ResourceNode): Negotiation {
  return node.kind === 'catalog' || node.kind === 'entity' ? shoji : value;
}

/**
 * Carries out GET, and HEAD, which differs from it only in what is sent of the answer.
 *
 * @param type - the media type that the answer goes under
 * @throws {ProblemError} what stands against it
 */
export function read(visit: Visit, type: string): Awaitable<HttpResponse> {
  return andThen(answersTo(visit, type), (answers) => choose(visit.incoming, answers));
}

/** @throws {ProblemError} 404 where there is no such entity, or nothing at such a part of it */
function answersTo({ served, exchange }: Visit, type: string): Awaitable<Answers> {
  const { node } = exchange;
  if (node.kind === 'entity') {
    return andThen(findEntity(served, exchange, node), (found) =>
      answersOfEntity(served, exchange, node, type, found),
    );
  }
  const representation =
    node.kind === 'catalog'
      ? representCatalog(served, exchange, node)
      : representValue(served, exchange, node);
  return andThen(representation, (current) => answersOf(served, node, type, current));
}

/** What the preconditions of the request leave of the answers. */
function choose(
  incoming: Incoming,
  { validators, notModified, whole, mayBeWeak, dismiss }: Answers,
): Awaitable<HttpResponse> {
  const verdict = isConditional(incoming) ? verdictOn(incoming, validators) : 'proceed';
  if (verdict === 'proceed') return whole();
  dismiss?.();
  if (verdict === 'malformed') throw new ProblemError('bad-precondition');
  if (verdict === 'precondition-failed') {
    throw preconditionFailed(incoming.req.headers['if-match'], validators);
  }
  return mayBeWeak?.() === true ? asKnown(incoming, notModified) : notModified;
}

/** A cache brings up to date what it has under the very tag that a 304 names (RFC 9111, section 4.3.4). */
function asKnown({ req }: Incoming, notModified: HttpResponse): HttpResponse {
  const weak = `W/${notModified.headers['etag']}`;
  if (req.headers['if-none-match']?.includes(weak) !== true) return notModified;
  return { ...notModified, headers: { ...notModified.headers, etag: weak } };
}

function isConditional({ req: { headers } }: Incoming): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

function verdictOn({ req, method }: Incoming, current: Validators): Verdict {
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-modified-since': ifModifiedSince,
    'if-unmodified-since': ifUnmodifiedSince,
  } = req.headers;
  return evaluate({ method, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }, current);
}
