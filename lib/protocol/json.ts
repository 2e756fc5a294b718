/**
 * Strict reading of JSON: what a text says, what is wrong with it, and where.
 *
 * @see RFC 8259; RFC 7493; RFC 6901
 */
export type { JsonRule } from './json/faults.js';
export { locate } from './json/locate.js';
export type { Position } from './json/position.js';
export {
  DEFAULT_JSON_DEPTH,
  readJson,
  type JsonFault,
  type JsonReading,
  type JsonReadOptions,
} from './json/read.js';
export { decodeUtf8, findInvalidUtf8, type InvalidUtf8 } from './json/utf8.js';
export { escapePointerToken, formatPointer, parsePointer, type PointerToken } from './json-pointer.js';
