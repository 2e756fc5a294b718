/**
 * Sources of regular expressions for the parts that header fields are made of. None of them can match
 * one text in two ways, so that no header makes a match slow.
 *
 * @see RFC 9110, section 5.6
 */

/** Optional whitespace. */
export const OWS = '[\\t ]*';

/** @see RFC 9110, section 5.6.2 */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/** @see RFC 9110, section 5.6.4 */
export const QUOTED_STRING = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"';

/**
 * Any number of `;name=value`; a semicolon with nothing after it is grammatical too.
 *
 * @see RFC 9110, section 5.6.6
 */
export const PARAMETERS: string = `(?:${OWS};(?:${OWS}${TOKEN}=(?:${TOKEN}|${QUOTED_STRING}))?)*`;

/**
 * The elements of a comma-separated list, or undefined where the text is no such list.
 *
 * @param text - a field value; commas may stand in its quoted strings
 * @param element - a sticky expression for one element, without the whitespace around it
 * @see RFC 9110, section 5.6.1
 */
export function listElements(text: string, element: RegExp): string[] | undefined {
  const elements: string[] = [];
  let position = 0;
  for (;;) {
    position = skipWhitespace(text, position);
    element.lastIndex = position;
    // A recipient must parse and ignore a reasonable number of empty list elements (section 5.6.1.2).
    const found = element.exec(text)?.[0];
    if (found !== undefined) {
      elements.push(found);
      position = skipWhitespace(text, position + found.length);
    }
    if (position === text.length) return elements;
    if (text[position] !== ',') return undefined;
    position += 1;
  }
}

function skipWhitespace(text: string, start: number): number {
  let position = start;
  while (text[position] === ' ' || text[position] === '\t') position += 1;
  return position;
}
