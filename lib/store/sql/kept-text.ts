import type { JsonObject } from '../../protocol/documents.js';

/** An escape of U+0000 or of half a surrogate pair, after any number of escaped backslashes. */
const UNKEPT = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/**
 * A body as the text that is kept.
 *
 * @throws {TypeError} where JSON cannot hold it, or where it holds text that not every database can
 */
export function keptText(body: JsonObject): string {
  const text = JSON.stringify(body);
  if (text.includes('\\u') && UNKEPT.test(text)) {
    throw new TypeError(
      'a body holds U+0000 or half of a surrogate pair, which PostgreSQL keeps in no text; take it out before',
    );
  }
  return text;
}
