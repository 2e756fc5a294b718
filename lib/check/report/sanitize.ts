/** Characters that steer a terminal or the direction of writing. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a text of unknown origin fit for a terminal: a character that would move the cursor, change colours or turn
 * the direction of writing becomes U+FFFD, one for one, and a tab becomes a space.
 */
export function sanitizeForTerminal(text: string): string {
  // Most texts are fit as they are, and this is called for each line that is written.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replaceAll('\t', ' ').replaceAll(STEERING, '\ufffd');
}

/** The same for a text that is to stay on one line: white space becomes one space. XML can hold it, too. */
export function sanitizeLine(text: string): string {
  return sanitizeForTerminal(text.replaceAll(/[\t\n\r]+/g, ' ')).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}

/** Escapes, within JSON text, what would steer a terminal; the text stays the same JSON. */
export function sanitizeJson(json: string): string {
  return json.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu, (steering) =>
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

/** Whether an IRI may become a link in a report: `javascript:` and its like may not. */
export function isWebIri(iri: string): boolean {
  return /^https?:\/\//i.test(iri);
}
