import type { Answer } from '../exchange.js';
import type { Resource } from '../walk/resource.js';
import type { Check, Remark } from './check.js';
import { show } from './fields.js';
import { readHttpDate, writeHttpDate } from './http-date.js';
import { isJustModified } from './just-modified.js';

export const lastModified: Check = {
  name: 'last-modified',
  summary: 'Last-Modified is a date in the past, and is kept to where a client sends it back',
  explanation:
    'A client that has no entity tag asks with If-Modified-Since whether what it has is still current. A date that ' +
    'cannot be read, or that the server does not compare, makes it fetch everything again or keep what is stale.',
  see: 'RFC 9110, section 8.8.2',

  async *ofResource(resource) {
    yield* updatedInFuture(resource);
    const get = await resource.ask('GET');
    const field = get.headers.get('last-modified');
    if (field === undefined || resource.answer === undefined || get.status !== resource.answer.status) return;
    const time = readHttpDate(field);
    if (time === undefined) {
      yield malformed(field);
      return;
    }
    const now = readHttpDate(get.headers.get('date') ?? '') ?? Date.now();
    const isFresh = isJustModified(get);
    const first = resource.answer.headers.get('last-modified');
    if (!isFresh && first !== field && Buffer.from(resource.answer.body).equals(get.body)) {
      yield unstable(first, field);
      return;
    }
    if (time > now) yield inFuture(field, get.headers.get('date'));
    else if (!isFresh) yield* revalidated(resource, get, field);
    yield* comparedWithUpdated(resource, time, field);
  },
};

const DAY = 24 * 60 * 60 * 1000;
const YEAR = 365 * DAY;

async function* revalidated(resource: Resource, get: Answer, field: string): AsyncGenerator<Remark> {
  const same = await resource.ask('GET', { 'if-modified-since': field });
  if (same.status >= 500) {
    yield failed(field, same.status);
    return;
  }
  if (same.status !== 304) yield notRevalidated(field, same.status);
  const before = writeHttpDate((readHttpDate(field) ?? 0) - YEAR);
  const older = await resource.ask('GET', { 'if-modified-since': before });
  if (older.status !== get.status) yield matchedOlder(before, field, older.status);
  if (same.status !== 304 || !get.headers.has('etag')) return;
  const both = await resource.ask('GET', { 'if-modified-since': field, 'if-none-match': OTHER_TAG });
  const tagAlone = await resource.ask('GET', { 'if-none-match': OTHER_TAG });
  if (both.status === 304 && tagAlone.status !== 304) yield ignoresTag(field);
}

/** Well-formed, and nobody's. */
const OTHER_TAG = '"shoji-check-other"';

function readUpdated({ shoji }: Resource): { readonly text: string; readonly time: number } | undefined {
  const text = shoji?.['updated'];
  return typeof text === 'string' ? { text, time: Date.parse(text.replace(/^#(.*)#$/s, '$1')) } : undefined;
}

function* updatedInFuture(resource: Resource): Generator<Remark> {
  const updated = readUpdated(resource);
  if (updated !== undefined && updated.time > Date.now() + DAY) yield notYetUpdated(updated.text);
}

function* comparedWithUpdated(resource: Resource, time: number, field: string): Generator<Remark> {
  const updated = readUpdated(resource);
  // Last-Modified has no fractions of a second.
  if (updated !== undefined && updated.time - time >= 1000) yield updatedLater(updated.text, field);
}

const malformed = (field: string): Remark => ({
  rule: 'malformed-last-modified',
  level: 'error',
  message: `Last-Modified is ${show(field)}, which is no date of HTTP; write it as in "Sun, 06 Nov 1994 08:49:37 GMT"`,
  see: 'RFC 9110, section 5.6.7',
});

const inFuture = (field: string, date: string | undefined): Remark => ({
  rule: 'modified-in-future',
  level: 'warning',
  message: `Last-Modified is ${show(field)}, which is later than ${date === undefined ? 'now' : `the Date of the answer, ${show(date)}`}; send the Date instead`,
  see: 'RFC 9110, section 8.8.2.1',
});

const unstable = (first: string | undefined, second: string): Remark => ({
  rule: 'unstable-last-modified',
  level: 'warning',
  message: `two answers to GET have the same bytes, but the Last-Modified ${show(first)} and ${show(second)}; say when the document changed, not when it was sent`,
});

const failed = (field: string, status: number): Remark => ({
  rule: 'conditional-error',
  level: 'error',
  message: `If-Modified-Since: ${field} is answered with ${status}; answer 304`,
  see: 'RFC 9110, section 13.1.3',
});

const notRevalidated = (field: string, status: number): Remark => ({
  rule: 'not-revalidated',
  habit: `${status}`,
  level: 'warning',
  message: `If-Modified-Since: ${field} is the Last-Modified of the answer, but is answered with ${status}; answer 304`,
  see: 'RFC 9110, section 13.1.3',
});

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

const notYetUpdated = (updated: string): Remark => ({
  rule: 'updated-in-future',
  level: 'warning',
  pointer: '/updated',
  message: `"updated" is ${show(updated)}, which is still to come; write when it was changed`,
  see: 'Shoji draft 02, section 1.1',
});

const updatedLater = (updated: string, field: string): Remark => ({
  rule: 'updated-later',
  level: 'warning',
  pointer: '/updated',
  message: `"updated" is ${show(updated)}, which is later than Last-Modified, ${show(field)}: a client that goes by the field misses the change; let it be no earlier`,
});
