import type { FetchResponse } from '../client/fetch.js';
import { isAlive, type ResourceRecord, type VisitedResource } from '../crawl/visited-resource.js';
import type { Check, Remark } from './check-definition.js';
import { formatValue, methodsOf, OTHER_TAG, readHttpDate } from './field-values.js';

export const etagCheck: Check = {
  name: 'etag',
  summary: 'entity tags are there, well-formed, and keep clients from fetching again what they have',
  explanation:
    'With If-None-Match a client that has the current representation is told so in a few bytes, and with If-Match ' +
    "it changes nothing that it has not seen. Both stand and fall with the server's comparison of entity tags.",
  see: 'RFC 9110, section 13.1.2',

  async *ofResource(resource) {
    const get = await resource.request('GET');
    const tag = get.headers.get('etag');
    if (get.status !== resource.response?.status) return;
    if (isChanging(resource.response, get)) {
      yield changingDocument();
      return;
    }
    if (tag === undefined) {
      const allow = methodsOf((await resource.request('OPTIONS')).headers.get('allow'));
      if (resource.kind === 'entity' && CHANGING.some((method) => allow.has(method))) yield unguarded();
    } else if (!ENTITY_TAG.test(tag)) yield malformedTag(tag);
    else if (isUnstable(resource.response, get)) yield unstableTag(resource.response, get);
    else {
      yield* checkBytes(resource, get, tag);
      yield* checkRevalidation(resource, get, tag);
    }
  },

  *ofApi({ start, resources, links }) {
    const alive = [...resources.values()].filter(isAlive);
    if (alive.length > 0 && !alive.some(hasTag)) {
      yield noTags(start);
      return;
    }
    const told = new Set<ResourceRecord>();
    for (const found of links.values()) {
      const entities = found
        .filter(({ member }) => member === 'entities' || member === 'index')
        .flatMap(({ to }) => resources.get(to) ?? [])
        .filter(isAlive);
      if (!entities.some(hasTag)) continue;
      for (const entity of entities) {
        if (hasTag(entity) || told.has(entity)) continue;
        told.add(entity);
        yield noTag(entity.iri);
      }
    }
  },
};

/** Whether two answers differ, and do not claim to be the same. */
function isChanging(first: FetchResponse, second: FetchResponse): boolean {
  const [one, other] = [first.headers.get('etag'), second.headers.get('etag')];
  return (one === undefined || one !== other) && !hasSameBytes(first, second);
}

function hasSameBytes(one: FetchResponse, other: FetchResponse): boolean {
  return Buffer.from(one.body).equals(other.body);
}

const changingDocument = (): Remark => ({
  rule: 'changing-document',
  level: 'warning',
  message:
    'two answers to GET, one right after the other, are different documents, so that no client can keep it; leave out what changes by itself, such as the time of the request',
  see: 'RFC 9110, section 8.8.1',
});

/** Methods that lose another client's change where no If-Match guards it. */
const CHANGING = ['PUT', 'PATCH', 'DELETE'];

const unguarded = (): Remark => ({
  rule: 'unguarded',
  level: 'note',
  message:
    'it can be changed, but has no ETag, so that no client can guard its change with If-Match; send one',
  see: 'RFC 9110, section 8.8.3',
});

/** @see RFC 9110, section 8.8.3 */
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

const malformedTag = (tag: string): Remark => ({
  rule: 'malformed-etag',
  level: 'error',
  message: `ETag is ${formatValue(tag)}, which is no entity tag; write it between double quotes, as in "v1" or W/"v1"`,
  see: 'RFC 9110, section 8.8.3',
});

function isUnstable(first: FetchResponse, second: FetchResponse): boolean {
  return first.headers.get('etag') !== second.headers.get('etag') && hasSameBytes(first, second);
}

const unstableTag = (first: FetchResponse, second: FetchResponse): Remark => ({
  rule: 'unstable-etag',
  level: 'warning',
  message: `two answers to GET have the same bytes, but the ETags ${formatValue(first.headers.get('etag'))} and ${formatValue(second.headers.get('etag'))}, so that clients fetch again what they have; make the ETag of what is in the document`,
  see: 'RFC 9110, section 8.8.3',
});

/** Bytes are compared as they are once decoded: of what a coding makes of them, nothing can be told. */
async function* checkBytes(
  resource: VisitedResource,
  get: FetchResponse,
  tag: string,
): AsyncGenerator<Remark> {
  if (tag.startsWith('W/')) return;
  const others = [resource.response, await resource.request('GET', { accept: 'application/json' })];
  const isShared = others.some(
    (response) =>
      response?.headers.get('etag') === tag && response.status === get.status && !hasSameBytes(response, get),
  );
  if (isShared) yield otherBytes(tag);
}

const otherBytes = (tag: string): Remark => ({
  rule: 'same-etag-other-bytes',
  level: 'error',
  message: `two answers to GET have the strong ETag ${formatValue(tag)} and other bytes; give each its own, or a weak one (W/"…")`,
  see: 'RFC 9110, section 8.8.1',
});

async function* checkRevalidation(
  resource: VisitedResource,
  get: FetchResponse,
  tag: string,
): AsyncGenerator<Remark> {
  const weak = tag.startsWith('W/') ? tag : `W/${tag}`;
  // If-None-Match compares weakly, so that each of these matches.
  const forms = [tag, weak, `${OTHER_TAG}, ${tag}`, '*'];
  for (const form of forms) {
    const response = await resource.request('GET', { 'if-none-match': form });
    if (response.status >= 500) {
      yield tagFailed('GET', form, response.status);
      return;
    }
    if (response.status !== 304) {
      yield tagNotRevalidated('GET', form, response.status, form === tag ? `${response.status}` : undefined);
      // What the plain form does not give, the others cannot give either.
      if (form === tag) break;
    } else if (form === tag) {
      yield* checkNotModified(response, get);
      yield* checkHeadRevalidation(resource, tag);
    }
  }
  const other = await resource.request('GET', { 'if-none-match': OTHER_TAG });
  if (other.status >= 500) yield tagFailed('GET', OTHER_TAG, other.status);
  else if (other.status !== get.status) yield matchedOther(other.status);
}

const tagFailed = (method: string, form: string, status: number): Remark => ({
  rule: 'conditional-error',
  level: 'error',
  message: `${method} with If-None-Match: ${form} is answered with ${status}; answer 304 where it matches, and as without it where it does not`,
});

const tagNotRevalidated = (method: string, form: string, status: number, foldBy?: string): Remark => ({
  rule: 'not-revalidated',
  level: 'warning',
  ...(foldBy !== undefined && { foldBy }),
  message: `${method === 'GET' ? '' : `${method} with `}If-None-Match: ${form} matches the current representation, but is answered with ${status}; answer 304`,
});

function* checkNotModified(response: FetchResponse, get: FetchResponse): Generator<Remark> {
  // "The server MUST generate any of the following header fields that would have been sent in a 200."
  for (const field of ['cache-control', 'content-location', 'etag', 'expires', 'vary']) {
    const [found, wanted] = [response.headers.get(field), get.headers.get(field)];
    if (wanted !== undefined && found !== wanted && !(field === 'expires' && found !== undefined)) {
      yield fieldOf304(field, found, wanted);
    }
  }
  // A cache takes over what it finds in a 304, though it need not be there. RFC 9111, section 3.2.
  for (const field of ['content-length', 'content-type', 'last-modified']) {
    const [found, wanted] = [response.headers.get(field), get.headers.get(field)];
    if (wanted !== undefined && found !== undefined && found !== wanted)
      yield fieldOf304(field, found, wanted);
  }
}

const fieldOf304 = (field: string, found: string | undefined, wanted: string): Remark => ({
  rule: 'not-modified-field',
  level: 'error',
  message: `the field "${field}" is ${formatValue(found)} in the 304 and ${formatValue(wanted)} in the 200; send the same`,
  see: 'RFC 9110, section 15.4.5',
});

async function* checkHeadRevalidation(resource: VisitedResource, tag: string): AsyncGenerator<Remark> {
  // A HEAD that is not answered as GET is, or gives another tag, has a check of its own.
  const plain = await resource.request('HEAD');
  if (plain.status !== resource.response?.status || plain.headers.get('etag') !== tag) return;
  const { status } = await resource.request('HEAD', { 'if-none-match': tag });
  if (status >= 500) yield tagFailed('HEAD', tag, status);
  else if (status !== 304) yield tagNotRevalidated('HEAD', tag, status);
}

const matchedOther = (status: number): Remark => ({
  rule: 'matched-other-etag',
  level: 'error',
  message: `If-None-Match: ${OTHER_TAG} matches no representation, but is answered with ${status}, so that a client keeps what is stale; answer as without it`,
});

function hasTag({ outcome }: ResourceRecord): boolean {
  return outcome.type === 'response' && outcome.headers.has('etag');
}

const noTags = (iri: string): Remark => ({
  rule: 'no-etags',
  level: 'note',
  iri,
  message:
    'no resource has an ETag, so that clients fetch each whole every time, and cannot guard changes with If-Match',
  see: 'RFC 9110, section 8.8.3',
});

const noTag = (iri: string): Remark => ({
  rule: 'no-etag',
  level: 'note',
  iri,
  message: 'it has no ETag, which others of its catalog have; send one',
  see: 'RFC 9110, section 8.8.3',
});

export const lastModifiedCheck: Check = {
  name: 'last-modified',
  summary: 'Last-Modified is a date in the past, and is kept to where a client sends it back',
  explanation:
    'A client that has no entity tag asks with If-Modified-Since whether what it has is still current. A date that ' +
    'cannot be read, or that the server does not compare, makes it fetch everything again or keep what is stale.',
  see: 'RFC 9110, section 8.8.2',

  async *ofResource(resource) {
    yield* checkUpdated(resource);
    const get = await resource.request('GET');
    const field = get.headers.get('last-modified');
    if (field === undefined || resource.response === undefined || get.status !== resource.response.status)
      return;
    const time = readHttpDate(field);
    if (time === undefined) {
      yield malformedDate(field);
      return;
    }
    const now = readHttpDate(get.headers.get('date') ?? '') ?? Date.now();
    const isFresh = isJustModified(get);
    const first = resource.response.headers.get('last-modified');
    if (!isFresh && first !== field && Buffer.from(resource.response.body).equals(get.body)) {
      yield unstableDate(first, field);
      return;
    }
    if (time > now) yield dateInFuture(field, get.headers.get('date'));
    else if (!isFresh) yield* checkDateRevalidation(resource, get, field);
    yield* compareWithUpdated(resource, time, field);
  },
};

function* checkUpdated(resource: VisitedResource): Generator<Remark> {
  const updated = readUpdated(resource);
  if (updated !== undefined && updated.time > Date.now() + DAY) yield notYetUpdated(updated.text);
}

function readUpdated({
  shoji,
}: VisitedResource): { readonly text: string; readonly time: number } | undefined {
  const text = shoji?.['updated'];
  return typeof text === 'string' ? { text, time: Date.parse(text.replace(/^#(.*)#$/s, '$1')) } : undefined;
}

const DAY = 24 * 60 * 60 * 1000;

const notYetUpdated = (updated: string): Remark => ({
  rule: 'updated-in-future',
  level: 'warning',
  pointer: '/updated',
  message: `"updated" is ${formatValue(updated)}, which is still to come; write when it was changed`,
  see: 'Shoji draft 02, section 1.1',
});

const malformedDate = (field: string): Remark => ({
  rule: 'malformed-last-modified',
  level: 'error',
  message: `Last-Modified is ${formatValue(field)}, which is no date of HTTP; write it as in "Sun, 06 Nov 1994 08:49:37 GMT"`,
  see: 'RFC 9110, section 5.6.7',
});

const unstableDate = (first: string | undefined, second: string): Remark => ({
  rule: 'unstable-last-modified',
  level: 'warning',
  message: `two answers to GET have the same bytes, but the Last-Modified ${formatValue(first)} and ${formatValue(second)}; say when the document changed, not when it was sent`,
});

const dateInFuture = (field: string, date: string | undefined): Remark => ({
  rule: 'modified-in-future',
  level: 'warning',
  message: `Last-Modified is ${formatValue(field)}, which is later than ${date === undefined ? 'now' : `the Date of the answer, ${formatValue(date)}`}; send the Date instead`,
  see: 'RFC 9110, section 8.8.2.1',
});

async function* checkDateRevalidation(
  resource: VisitedResource,
  get: FetchResponse,
  field: string,
): AsyncGenerator<Remark> {
  const same = await resource.request('GET', { 'if-modified-since': field });
  if (same.status >= 500) {
    yield dateFailed(field, same.status);
    return;
  }
  if (same.status !== 304) yield dateNotRevalidated(field, same.status);
  const before = new Date((readHttpDate(field) ?? 0) - YEAR).toUTCString();
  const older = await resource.request('GET', { 'if-modified-since': before });
  if (older.status !== get.status) yield matchedOlder(before, field, older.status);
  if (same.status !== 304 || !get.headers.has('etag')) return;
  const both = await resource.request('GET', { 'if-modified-since': field, 'if-none-match': OTHER_TAG });
  const tagAlone = await resource.request('GET', { 'if-none-match': OTHER_TAG });
  if (both.status === 304 && tagAlone.status !== 304) yield ignoresTag(field);
}

const dateFailed = (field: string, status: number): Remark => ({
  rule: 'conditional-error',
  level: 'error',
  message: `If-Modified-Since: ${field} is answered with ${status}; answer 304`,
  see: 'RFC 9110, section 13.1.3',
});

const dateNotRevalidated = (field: string, status: number): Remark => ({
  rule: 'not-revalidated',
  foldBy: `${status}`,
  level: 'warning',
  message: `If-Modified-Since: ${field} is the Last-Modified of the answer, but is answered with ${status}; answer 304`,
  see: 'RFC 9110, section 13.1.3',
});

const YEAR = 365 * DAY;

const matchedOlder = (before: string, field: string, status: number): Remark => ({
  rule: 'matched-older-date',
  level: 'error',
  message: `If-Modified-Since: ${before} is before Last-Modified, ${field}, but is answered with ${status}, so that a client keeps what is stale; answer as without it`,
  see: 'RFC 9110, section 13.1.3',
});

const ignoresTag = (field: string): Remark => ({
  rule: 'date-before-etag',
  level: 'error',
  message: `If-None-Match: ${OTHER_TAG} with If-Modified-Since: ${field} is answered with 304, although the tag matches nothing; where both are sent, look at the tag alone`,
  see: 'RFC 9110, section 13.2.2',
});

function* compareWithUpdated(resource: VisitedResource, time: number, field: string): Generator<Remark> {
  const updated = readUpdated(resource);
  // Last-Modified has no fractions of a second.
  if (updated !== undefined && updated.time - time >= 1000) yield updatedLater(updated.text, field);
}

const updatedLater = (updated: string, field: string): Remark => ({
  rule: 'updated-later',
  level: 'warning',
  pointer: '/updated',
  message: `"updated" is ${formatValue(updated)}, which is later than Last-Modified, ${formatValue(field)}: a client that goes by the field misses the change; let it be no earlier`,
});

/** Whether an answer says that its resource was changed so shortly before that it may yet say otherwise. */
export function isJustModified({ headers }: FetchResponse): boolean {
  const modified = readHttpDate(headers.get('last-modified') ?? '');
  const now = readHttpDate(headers.get('date') ?? '') ?? Date.now();
  return modified !== undefined && now - modified < FRESH_MS;
}

/**
 * As long as another change can come within the same second, a server does well not to take the date for more
 * than it says: it may send an earlier one, and another one a moment later (RFC 9110, section 8.8.2.2). In
 * milliseconds.
 */
const FRESH_MS = 2000;
