/** Characters that steer a terminal or the direction of writing, or that no text should hold. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/**
 * Makes a text of unknown origin fit to be shown: what would move a cursor, change colours or turn the
 * direction of writing becomes U+FFFD, and white space becomes a space. What is left is text that XML can
 * hold, too.
 */
export function sanitizeForTerminal(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(STEERING, '\ufffd');
}

/** Escapes, within JSON text, what would steer a terminal; the text stays the same JSON. */
export function sanitizeJson(json: string): string {
  return json.replaceAll(STEERING, (steering) =>
    steering === '\n'
      ? steering
      : Array.from({ length: steering.length }, (_, at) => unicodeEscape(steering.charCodeAt(at))).join(''),
  );
}

function unicodeEscape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`;
}

/** Cuts a text to a number of characters, the last of which says that there was more. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  // As many code units as characters are wanted are more than enough to look at.
  const characters = Array.from(text.slice(0, 2 * length));
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** Whether an IRI may become a link that a reader can follow: `javascript:` and its like may not. */
export function isWebIri(iri: string): boolean {
  return /^https?:\/\//i.test(iri);
}
