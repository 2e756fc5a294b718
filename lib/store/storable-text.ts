import type { JsonObject } from '../protocol/documents.js';

/** Tells whether every database keeps a text: PostgreSQL none with U+0000, and UTF-8 no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

/** An escape of U+0000 or of half a surrogate pair, after any number of escaped backslashes. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/**
 * Writes a body as the JSON text that stores keep.
 *
 * @throws {TypeError} where JSON cannot hold it, or where it holds text that not every database can
 */
export function serializeBody(body: JsonObject): string {
  const text = JSON.stringify(body);
  if (text.includes('\\u') && UNSTORABLE_ESCAPE.test(text)) {
    throw new TypeError(
      'a body holds U+0000 or half of a surrogate pair, which PostgreSQL keeps in no text; take it out before',
    );
  }
  return text;
}
