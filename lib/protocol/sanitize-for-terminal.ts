/** Characters that steer a terminal or the direction of writing, or that no text should hold. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/** Texts that can be written as they are, as most can. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Makes a text of unknown origin fit for a terminal: what would move the cursor, change colours or turn the
 * direction of writing becomes U+FFFD, one for one, and a tab becomes a space. What is left is text that XML
 * can hold, too.
 */
export function sanitizeForTerminal(text: string): string {
  return PLAIN.test(text) ? text : text.replaceAll('\t', ' ').replaceAll(STEERING, '\ufffd');
}

/** Escapes, within JSON text, what would steer a terminal; the text stays the same JSON. */
export function escapeJsonForTerminal(json: string): string {
  return json.replaceAll(STEERING, (steering) =>
    steering === '\n'
      ? steering
      : Array.from({ length: steering.length }, (_, at) => unicodeEscape(steering.charCodeAt(at))).join(''),
  );
}

function unicodeEscape(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`;
}
