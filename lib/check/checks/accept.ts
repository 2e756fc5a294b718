import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../protocol/documents.js';
import { decodeUtf8 } from '../../protocol/json/utf8.js';
import { readJson } from '../../protocol/json/read.js';
import type { Answer } from '../exchange.js';
import type { Resource } from '../walk/resource.js';
import type { Check, Remark } from './check.js';
import { isJsonType, readContentType, show, TOO_MANY_REQUESTS } from './fields.js';

export const accept: Check = {
  name: 'accept',
  summary: 'who asks for Shoji, for JSON or for anything gets the same document',
  explanation:
    'Not every client knows the media type of Shoji: browsers, command lines and older clients ask for JSON, or for ' +
    'anything. An API that answers them otherwise, or not at all, works with the one client that it was tried with.',
  see: 'RFC 9110, section 12.5.1',

  async *ofResource(resource) {
    const { answer, document } = resource;
    if (answer === undefined || document === undefined || resource.isPage) return;
    const again = await resource.ask('GET');
    for (const range of rangesFor(resource)) {
      const other = await resource.ask('GET', { accept: range });
      if (other.status === TOO_MANY_REQUESTS) continue;
      if (other.status !== answer.status) {
        // That GET as such is answered in two ways has a check of its own.
        if (again.status === answer.status) yield otherStatus(range, other.status);
        continue;
      }
      const field = other.headers.get('content-type');
      const type = readContentType(field ?? '')?.type;
      // Another document may be meant by a type of one's own; what changes each time says nothing.
      if (type !== undefined && !isJsonType(type) && isJsonAnswer(answer)) yield otherType(range, field);
      else if (Buffer.from(again.body).equals(answer.body) && !isSameJson(document, other)) {
        yield otherDocument(range);
      }
    }
  },
};

function rangesFor({ kind }: Resource): readonly string[] {
  return kind === 'value'
    ? ['application/json', '*/*']
    : ['application/shoji+json', 'application/json', '*/*'];
}

function isJsonAnswer({ headers }: Answer): boolean {
  const type = readContentType(headers.get('content-type') ?? '')?.type;
  return type !== undefined && isJsonType(type);
}

function isSameJson(document: Json, { body }: Answer): boolean {
  return isDeepStrictEqual(readJson(decodeUtf8(body) ?? '').value, document);
}

const otherStatus = (range: string, status: number): Remark => ({
  rule: 'accept-status',
  ...(status === 406 && { habit: range }),
  // That there is no JSON but Shoji may be said by 406: it is a pity, and no fault.
  level: status === 406 && range !== '*/*' ? 'warning' : 'error',
  message: `Accept: ${range} is answered with ${status}; answer with the document that other requests get`,
});

const otherType = (range: string, field: string | undefined): Remark => ({
  rule: 'accept-type',
  level: 'error',
  message: `Accept: ${range} is answered with the Content-Type ${show(field)}; send JSON to who asks for it`,
});

const otherDocument = (range: string): Remark => ({
  rule: 'accept-document',
  level: 'warning',
  message: `Accept: ${range} is answered with another document than a request for any kind of Shoji or JSON; send the same under each media type`,
});
