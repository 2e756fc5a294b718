import type { Resource } from '../walk/resource.js';
import { SHOJI_MEDIA_TYPE, SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../../protocol/documents.js';
import { isObject } from '../../protocol/json/values.js';
import type { Check, Remark } from './check.js';
import { isJsonType, PROBLEM_MEDIA_TYPE, readContentType, show } from './fields.js';

export const mediaType: Check = {
  name: 'media-type',
  summary: 'Content-Type says that documents are Shoji and values JSON, in UTF-8',
  explanation:
    'Clients choose their parser by Content-Type. Under a wrong one, JSON is shown as text or not read at all; ' +
    'with a byte order mark or another encoding, a strict parser refuses it.',
  see: 'RFC 9110, section 8.3',

  *ofResource(resource) {
    const { answer, expected } = resource;
    if (answer === undefined || answer.body.length === 0) return;
    const field = answer.headers.get('content-type');
    if (field === undefined) {
      yield missing(wanted(resource));
      return;
    }
    const read = readContentType(field);
    if (read === undefined) {
      yield malformed(field, wanted(resource));
      return;
    }
    // Anything at all may be linked to from "urls".
    if (expected === 'any' && !isJsonType(read.type)) return;
    if (!isRight(read.type, resource)) yield wrongType(read.type, resource);
    if (read.charset === 'utf8') yield misspeltCharset();
    else if (read.charset !== undefined && read.charset !== 'utf-8') yield otherCharset(read.charset);
    const [first, second, third] = answer.body;
    if (first === 0xef && second === 0xbb && third === 0xbf) yield byteOrderMark();
  },
};

function isDocument({ shoji }: Resource): boolean {
  return shoji !== undefined;
}

function isRight(type: string, resource: Resource): boolean {
  if (isDocument(resource)) return SHOJI_MEDIA_TYPES.includes(type);
  if (type === PROBLEM_MEDIA_TYPE) return false;
  // What a document lacks that is judged as a value, another check says.
  return (
    isJsonType(type) && !(type === SHOJI_MEDIA_TYPE && resource.expected === 'value' && !isElement(resource))
  );
}

/** Whether it calls itself a kind of Shoji document, be it one that the dialect does not have. */
function isElement({ document }: Resource): boolean {
  return isObject(document) && typeof document['element'] === 'string';
}

function wanted(resource: Resource): string {
  return isDocument(resource) ? SHOJI_MEDIA_TYPE : VALUE_MEDIA_TYPE;
}

const missing = (type: string): Remark => ({
  rule: 'missing-content-type',
  level: 'error',
  message: `there is no Content-Type, so that a client has to guess; send "Content-Type: ${type}"`,
});

const malformed = (field: string, type: string): Remark => ({
  rule: 'malformed-content-type',
  level: 'error',
  message: `Content-Type is ${show(field)}, which is no media type; send "Content-Type: ${type}"`,
  see: 'RFC 9110, section 8.3.1',
});

const wrongType = (type: string, resource: Resource): Remark => ({
  rule: 'wrong-content-type',
  level: 'error',
  message: isDocument(resource)
    ? `Content-Type is "${type}"; a Shoji document is one of: ${SHOJI_MEDIA_TYPES.join(', ')}`
    : `Content-Type is "${type}"; a value is "${VALUE_MEDIA_TYPE}", or a type of its own that ends in "+json"`,
});

const otherCharset = (charset: string): Remark => ({
  rule: 'other-charset',
  level: 'error',
  message: `Content-Type has charset=${charset}; JSON is always UTF-8, so leave the parameter out`,
  see: 'RFC 8259, section 8.1',
});

const misspeltCharset = (): Remark => ({
  rule: 'misspelt-charset',
  habit: 'utf8',
  level: 'warning',
  message:
    'Content-Type has charset=utf8, which is no registered name; write utf-8, or leave the parameter out',
  see: 'RFC 8259, section 8.1',
});

const byteOrderMark = (): Remark => ({
  rule: 'byte-order-mark',
  level: 'error',
  message: 'the body begins with a byte order mark, which JSON parsers may refuse; leave it out',
  see: 'RFC 8259, section 8.1',
});
