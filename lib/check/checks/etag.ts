import type { Answer } from '../exchange.js';
import { isAlive, type KnownResource } from '../walk/known-resource.js';
import type { Resource } from '../walk/resource.js';
import type { Check, Remark } from './check.js';
import { methodsOf, show } from './fields.js';

export const etag: Check = {
  name: 'etag',
  summary: 'entity tags are there, well-formed, and keep clients from fetching again what they have',
  explanation:
    'With If-None-Match a client that has the current representation is told so in a few bytes, and with If-Match ' +
    "it changes nothing that it has not seen. Both stand and fall with the server's comparison of entity tags.",
  see: 'RFC 9110, section 13.1.2',

  async *ofResource(resource) {
    const get = await resource.ask('GET');
    const tag = get.headers.get('etag');
    if (get.status !== resource.answer?.status) return;
    if (isChanging(resource.answer, get)) {
      yield changing();
      return;
    }
    if (tag === undefined) {
      const allow = methodsOf((await resource.ask('OPTIONS')).headers.get('allow'));
      if (resource.kind === 'entity' && CHANGING.some((method) => allow.has(method))) yield unguarded();
    } else if (!ENTITY_TAG.test(tag)) yield malformedTag(tag);
    else if (isUnstable(resource.answer, get)) yield unstableTag(resource.answer, get);
    else {
      yield* sameBytes(resource, get, tag);
      yield* revalidated(resource, get, tag);
    }
  },

  *ofApi({ start, resources, links }) {
    const alive = [...resources.values()].filter(isAlive);
    if (alive.length > 0 && !alive.some(hasTag)) {
      yield noTags(start);
      return;
    }
    const told = new Set<KnownResource>();
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

function hasTag({ outcome }: KnownResource): boolean {
  return outcome.type === 'answer' && outcome.headers.has('etag');
}

/** Methods that lose the change of somebody else where no If-Match guards it. */
const CHANGING = ['PUT', 'PATCH', 'DELETE'];

/** @see RFC 9110, section 8.8.3 */
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** Well-formed, and nobody's. */
const OTHER_TAG = '"shoji-check-other"';

/** Whether two answers differ, and do not claim to be the same. */
function isChanging(first: Answer, second: Answer): boolean {
  const [one, other] = [first.headers.get('etag'), second.headers.get('etag')];
  return (one === undefined || one !== other) && !hasSameBytes(first, second);
}

function isUnstable(first: Answer, second: Answer): boolean {
  return first.headers.get('etag') !== second.headers.get('etag') && hasSameBytes(first, second);
}

function hasSameBytes(one: Answer, other: Answer): boolean {
  return Buffer.from(one.body).equals(other.body);
}

/** Bytes are compared as they are once decoded: of what a coding makes of them, nothing can be told. */
async function* sameBytes(resource: Resource, get: Answer, tag: string): AsyncGenerator<Remark> {
  if (tag.startsWith('W/')) return;
  const others = [resource.answer, await resource.ask('GET', { accept: 'application/json' })];
  const isShared = others.some(
    (answer) =>
      answer?.headers.get('etag') === tag && answer.status === get.status && !hasSameBytes(answer, get),
  );
  if (isShared) yield otherBytes(tag);
}

async function* revalidated(resource: Resource, get: Answer, tag: string): AsyncGenerator<Remark> {
  const weak = tag.startsWith('W/') ? tag : `W/${tag}`;
  // If-None-Match compares weakly, so that each of these matches.
  const forms = [tag, weak, `${OTHER_TAG}, ${tag}`, '*'];
  for (const form of forms) {
    const answer = await resource.ask('GET', { 'if-none-match': form });
    if (answer.status >= 500) {
      yield failed('GET', form, answer.status);
      return;
    }
    if (answer.status !== 304) {
      yield notRevalidated('GET', form, answer.status, form === tag ? `${answer.status}` : undefined);
      // What the plain form does not give, the others cannot give either.
      if (form === tag) break;
    } else if (form === tag) {
      yield* notModified(answer, get);
      yield* ofHead(resource, tag);
    }
  }
  const other = await resource.ask('GET', { 'if-none-match': OTHER_TAG });
  if (other.status >= 500) yield failed('GET', OTHER_TAG, other.status);
  else if (other.status !== get.status) yield matchedOther(other.status);
}

async function* ofHead(resource: Resource, tag: string): AsyncGenerator<Remark> {
  // A HEAD that is not answered as GET is, or gives another tag, has a check of its own.
  const plain = await resource.ask('HEAD');
  if (plain.status !== resource.answer?.status || plain.headers.get('etag') !== tag) return;
  const { status } = await resource.ask('HEAD', { 'if-none-match': tag });
  if (status >= 500) yield failed('HEAD', tag, status);
  else if (status !== 304) yield notRevalidated('HEAD', tag, status);
}

function* notModified(answer: Answer, get: Answer): Generator<Remark> {
  // "The server MUST generate any of the following header fields that would have been sent in a 200."
  for (const field of ['cache-control', 'content-location', 'etag', 'expires', 'vary']) {
    const [found, wanted] = [answer.headers.get(field), get.headers.get(field)];
    if (wanted !== undefined && found !== wanted && !(field === 'expires' && found !== undefined)) {
      yield fieldOf304(field, found, wanted);
    }
  }
  // A cache takes over what it finds in a 304, though it need not be there. RFC 9111, section 3.2.
  for (const field of ['content-length', 'content-type', 'last-modified']) {
    const [found, wanted] = [answer.headers.get(field), get.headers.get(field)];
    if (wanted !== undefined && found !== undefined && found !== wanted)
      yield fieldOf304(field, found, wanted);
  }
}

const unguarded = (): Remark => ({
  rule: 'unguarded',
  level: 'note',
  message:
    'it can be changed, but has no ETag, so that no client can guard its change with If-Match; send one',
  see: 'RFC 9110, section 8.8.3',
});

const noTag = (iri: string): Remark => ({
  rule: 'no-etag',
  level: 'note',
  iri,
  message: 'it has no ETag, which others of its catalog have; send one',
  see: 'RFC 9110, section 8.8.3',
});

const noTags = (iri: string): Remark => ({
  rule: 'no-etags',
  level: 'note',
  iri,
  message:
    'no resource has an ETag, so that clients fetch each whole every time, and cannot guard changes with If-Match',
  see: 'RFC 9110, section 8.8.3',
});

const malformedTag = (tag: string): Remark => ({
  rule: 'malformed-etag',
  level: 'error',
  message: `ETag is ${show(tag)}, which is no entity tag; write it between double quotes, as in "v1" or W/"v1"`,
  see: 'RFC 9110, section 8.8.3',
});

const otherBytes = (tag: string): Remark => ({
  rule: 'same-etag-other-bytes',
  level: 'error',
  message: `two answers to GET have the strong ETag ${show(tag)} and other bytes; give each its own, or a weak one (W/"…")`,
  see: 'RFC 9110, section 8.8.1',
});

const changing = (): Remark => ({
  rule: 'changing-document',
  level: 'warning',
  message:
    'two answers to GET, one right after the other, are different documents, so that no client can keep it; leave out what changes by itself, such as the time of the request',
  see: 'RFC 9110, section 8.8.1',
});

const unstableTag = (first: Answer, second: Answer): Remark => ({
  rule: 'unstable-etag',
  level: 'warning',
  message: `two answers to GET have the same bytes, but the ETags ${show(first.headers.get('etag'))} and ${show(second.headers.get('etag'))}, so that clients fetch again what they have; make the ETag of what is in the document`,
  see: 'RFC 9110, section 8.8.3',
});

const failed = (method: string, form: string, status: number): Remark => ({
  rule: 'conditional-error',
  level: 'error',
  message: `${method} with If-None-Match: ${form} is answered with ${status}; answer 304 where it matches, and as without it where it does not`,
});

const notRevalidated = (method: string, form: string, status: number, habit?: string): Remark => ({
  rule: 'not-revalidated',
  level: 'warning',
  ...(habit !== undefined && { habit }),
  message: `${method === 'GET' ? '' : `${method} with `}If-None-Match: ${form} matches the current representation, but is answered with ${status}; answer 304`,
});

const matchedOther = (status: number): Remark => ({
  rule: 'matched-other-etag',
  level: 'error',
  message: `If-None-Match: ${OTHER_TAG} matches no representation, but is answered with ${status}, so that a client keeps what is stale; answer as without it`,
});

const fieldOf304 = (field: string, found: string | undefined, wanted: string): Remark => ({
  rule: 'not-modified-field',
  level: 'error',
  message: `the field "${field}" is ${show(found)} in the 304 and ${show(wanted)} in the 200; send the same`,
  see: 'RFC 9110, section 15.4.5',
});
