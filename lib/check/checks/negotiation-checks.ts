import { isDeepStrictEqual } from 'node:util';
import { SHOJI_MEDIA_TYPE, SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../../protocol/documents.js';
import type { Json } from '../../protocol/documents.js';
import { decodeUtf8, readJson } from '../../protocol/json/read.js';
import { isObject } from '../../protocol/json/values.js';
import type { FetchResponse } from '../client/fetch.js';
import type { VisitedResource } from '../crawl/visited-resource.js';
import type { Check, Remark } from './check-definition.js';
import {
  formatValue,
  isJsonType,
  listOf,
  PROBLEM_MEDIA_TYPE,
  readContentType,
  TOO_MANY_REQUESTS,
  variesBy,
} from './field-values.js';

export const mediaTypeCheck: Check = {
  name: 'media-type',
  summary: 'Content-Type says that documents are Shoji and values JSON, in UTF-8',
  explanation:
    'Clients choose their parser by Content-Type. Under a wrong one, JSON is shown as text or not read at all; ' +
    'with a byte order mark or another encoding, a strict parser refuses it.',
  see: 'RFC 9110, section 8.3',

  *ofResource(resource) {
    const { response, expected } = resource;
    if (response === undefined || response.body.length === 0) return;
    const field = response.headers.get('content-type');
    if (field === undefined) {
      yield missingType(wantedType(resource));
      return;
    }
    const read = readContentType(field);
    if (read === undefined) {
      yield malformedType(field, wantedType(resource));
      return;
    }
    // Anything at all may be linked to from "urls".
    if (expected === 'any' && !isJsonType(read.type)) return;
    if (!isRightType(read.type, resource)) yield wrongType(read.type, resource);
    if (read.charset === 'utf8') yield misspeltCharset();
    else if (read.charset !== undefined && read.charset !== 'utf-8') yield otherCharset(read.charset);
    const [first, second, third] = response.body;
    if (first === 0xef && second === 0xbb && third === 0xbf) yield byteOrderMark();
  },
};

const missingType = (type: string): Remark => ({
  rule: 'missing-content-type',
  level: 'error',
  message: `there is no Content-Type, so that a client has to guess; send "Content-Type: ${type}"`,
});

function wantedType(resource: VisitedResource): string {
  return isDocument(resource) ? SHOJI_MEDIA_TYPE : VALUE_MEDIA_TYPE;
}

function isDocument({ shoji }: VisitedResource): boolean {
  return shoji !== undefined;
}

const malformedType = (field: string, type: string): Remark => ({
  rule: 'malformed-content-type',
  level: 'error',
  message: `Content-Type is ${formatValue(field)}, which is no media type; send "Content-Type: ${type}"`,
  see: 'RFC 9110, section 8.3.1',
});

function isRightType(type: string, resource: VisitedResource): boolean {
  if (isDocument(resource)) return SHOJI_MEDIA_TYPES.includes(type);
  if (type === PROBLEM_MEDIA_TYPE) return false;
  // What a document lacks that is judged as a value, another check says.
  return (
    isJsonType(type) && !(type === SHOJI_MEDIA_TYPE && resource.expected === 'value' && !isElement(resource))
  );
}

/** Whether it calls itself a kind of Shoji document, be it one that the dialect does not have. */
function isElement({ document }: VisitedResource): boolean {
  return isObject(document) && typeof document['element'] === 'string';
}

const wrongType = (type: string, resource: VisitedResource): Remark => ({
  rule: 'wrong-content-type',
  level: 'error',
  message: isDocument(resource)
    ? `Content-Type is "${type}"; a Shoji document is one of: ${SHOJI_MEDIA_TYPES.join(', ')}`
    : `Content-Type is "${type}"; a value is "${VALUE_MEDIA_TYPE}", or a type of its own that ends in "+json"`,
});

const misspeltCharset = (): Remark => ({
  rule: 'misspelt-charset',
  foldBy: 'utf8',
  level: 'warning',
  message:
    'Content-Type has charset=utf8, which is no registered name; write utf-8, or leave the parameter out',
  see: 'RFC 8259, section 8.1',
});

const otherCharset = (charset: string): Remark => ({
  rule: 'other-charset',
  level: 'error',
  message: `Content-Type has charset=${charset}; JSON is always UTF-8, so leave the parameter out`,
  see: 'RFC 8259, section 8.1',
});

const byteOrderMark = (): Remark => ({
  rule: 'byte-order-mark',
  level: 'error',
  message: 'the body begins with a byte order mark, which JSON parsers may refuse; leave it out',
  see: 'RFC 8259, section 8.1',
});

export const acceptCheck: Check = {
  name: 'accept',
  summary: 'who asks for Shoji, for JSON or for anything gets the same document',
  explanation:
    'Not every client knows the media type of Shoji: browsers, command lines and older clients ask for JSON, or for ' +
    'anything. An API that answers them otherwise, or not at all, works with the one client that it was tried with.',
  see: 'RFC 9110, section 12.5.1',

  async *ofResource(resource) {
    const { response, document } = resource;
    if (response === undefined || document === undefined || resource.isPage) return;
    const again = await resource.request('GET');
    for (const range of rangesFor(resource)) {
      const other = await resource.request('GET', { accept: range });
      if (other.status === TOO_MANY_REQUESTS) continue;
      if (other.status !== response.status) {
        // That GET as such is answered in two ways has a check of its own.
        if (again.status === response.status) yield otherStatus(range, other.status);
        continue;
      }
      const field = other.headers.get('content-type');
      const type = readContentType(field ?? '')?.type;
      // Another document may be meant by a type of one's own; what changes each time says nothing.
      if (type !== undefined && !isJsonType(type) && isJsonAnswer(response)) yield otherType(range, field);
      else if (Buffer.from(again.body).equals(response.body) && !isSameJson(document, other)) {
        yield otherDocument(range);
      }
    }
  },
};

function rangesFor({ kind }: VisitedResource): readonly string[] {
  return kind === 'value'
    ? ['application/json', '*/*']
    : ['application/shoji+json', 'application/json', '*/*'];
}

const otherStatus = (range: string, status: number): Remark => ({
  rule: 'accept-status',
  ...(status === 406 && { foldBy: range }),
  // That there is no JSON but Shoji may be said by 406: it is a pity, and no fault.
  level: status === 406 && range !== '*/*' ? 'warning' : 'error',
  message: `Accept: ${range} is answered with ${status}; answer with the document that other requests get`,
});

function isJsonAnswer({ headers }: FetchResponse): boolean {
  const type = readContentType(headers.get('content-type') ?? '')?.type;
  return type !== undefined && isJsonType(type);
}

const otherType = (range: string, field: string | undefined): Remark => ({
  rule: 'accept-type',
  level: 'error',
  message: `Accept: ${range} is answered with the Content-Type ${formatValue(field)}; send JSON to who asks for it`,
});

function isSameJson(document: Json, { body }: FetchResponse): boolean {
  return isDeepStrictEqual(readJson(decodeUtf8(body) ?? '').value, document);
}

const otherDocument = (range: string): Remark => ({
  rule: 'accept-document',
  level: 'warning',
  message: `Accept: ${range} is answered with another document than a request for any kind of Shoji or JSON; send the same under each media type`,
});

export const notAcceptableCheck: Check = {
  name: 'not-acceptable',
  summary: 'who asks for an image is told that there is none',
  explanation:
    'A client that asks for a media type that it can read, and is sent another with 200, fails in its parser ' +
    'instead of where the mistake is. A 406 that lists the types says what to ask for.',
  see: 'RFC 9110, section 15.5.7',

  async *ofResource(resource) {
    if (resource.isPage) return;
    const { status } = await resource.request('GET', NOT_ACCEPTABLE);
    if (status >= 200 && status < 300) yield unacceptableAccepted(status);
    else if (status !== 406 && status !== TOO_MANY_REQUESTS) yield otherRefusal(status);
  },
};

/** Fields of a request that no Shoji resource can satisfy. */
export const NOT_ACCEPTABLE: Readonly<Record<string, string>> = { accept: 'image/png' };

const unacceptableAccepted = (status: number): Remark => ({
  rule: 'not-acceptable',
  foldBy: `${status}`,
  level: 'warning',
  message: `Accept: image/png is answered with ${status} and something else; HTTP allows that, but 406 says what is wrong`,
});

const otherRefusal = (status: number): Remark => ({
  rule: 'not-acceptable-status',
  level: 'error',
  message: `Accept: image/png is answered with ${status}; answer 406 with the types that there are`,
});

export const varyCheck: Check = {
  name: 'vary',
  summary: 'where Accept changes the answer, Vary says so',
  explanation:
    'A cache that is not told that an answer depends on Accept gives the one that it has to everybody, whatever ' +
    'they can read.',
  see: 'RFC 9110, section 12.5.5',

  async *ofResource(resource) {
    const responses: FetchResponse[] = [];
    for (const accept of ['application/shoji+json', 'application/json', 'image/png']) {
      responses.push(await resource.request('GET', { accept }));
    }
    const [shoji, json] = responses;
    if (new Set(responses.map(variant)).size === 1) return;
    const silent = [shoji, json].find(
      (response) => response !== undefined && response.status < 300 && !variesByAccept(response),
    );
    if (silent !== undefined) yield acceptWithoutVary(silent.headers.get('vary'));
  },
};

/** The parts of a response that Accept may change. */
function variant({ status, headers }: FetchResponse): string {
  return JSON.stringify([status, headers.get('content-type')]);
}

function variesByAccept({ headers }: FetchResponse): boolean {
  const names = variesBy(headers.get('vary'));
  return names.has('accept') || names.has('*');
}

const acceptWithoutVary = (found: string | undefined): Remark => ({
  rule: 'vary',
  level: 'error',
  message: `the answer depends on Accept, but Vary is ${formatValue(found)}; send "Vary: Accept"`,
});

export const encodingCheck: Check = {
  name: 'encoding',
  summary: 'answers are compressed for who can read it, and Vary says so',
  explanation:
    'A client that sends no Accept-Encoding, or "identity", may be unable to decompress. A cache that is not told that ' +
    'an answer depends on the field gives it compressed bytes all the same.',
  see: 'RFC 9110, section 12.5.3',

  async *ofResource(resource) {
    const coding = resource.response?.headers.get('content-encoding');
    if (listOf(coding).every((name) => name.toLowerCase() === 'identity')) return;
    const plain = await resource.request('GET', { 'accept-encoding': 'identity' });
    const found = plain.headers.get('content-encoding');
    if (plain.status >= 300) return;
    if (listOf(found).some((name) => name.toLowerCase() !== 'identity')) yield unasked(found);
    else if (!isVaried(resource.response?.headers.get('vary'))) yield encodingWithoutVary(coding);
  },
};

const unasked = (coding: string | undefined): Remark => ({
  rule: 'unasked-encoding',
  level: 'error',
  message: `Accept-Encoding: identity is answered with Content-Encoding ${formatValue(coding)}; send the bytes as they are to who asks for that`,
});

function isVaried(field: string | undefined): boolean {
  const names = variesBy(field);
  return names.has('accept-encoding') || names.has('*');
}

const encodingWithoutVary = (coding: string | undefined): Remark => ({
  rule: 'encoding-without-vary',
  level: 'error',
  message: `the answer has Content-Encoding ${formatValue(coding)} for who can read it, but Vary does not name Accept-Encoding; add it`,
  see: 'RFC 9110, section 12.5.5',
});
