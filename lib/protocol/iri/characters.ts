/** Inside of a RegExp class (`u` flag): the characters that never need percent-encoding. RFC 3986, section 2.3. */
export const UNRESERVED = 'A-Za-z0-9\\-._~';

/** Inside of a RegExp class (`u` flag): the delimiters. RFC 3986, section 2.2. */
export const RESERVED = ":\\/?#\\[\\]@!$&'()*+,;=";

/** Inside of a RegExp class (`u` flag): characters outside ASCII that any component may hold. RFC 3987, section 2.2. */
export const UCSCHAR: string =
  '\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}' +
  Array.from({ length: 13 }, (_, index) => (index + 1).toString(16))
    .map((plane) => `\\u{${plane}0000}-\\u{${plane}FFFD}`)
    .join('') +
  '\\u{E1000}-\\u{EFFFD}';

/** Inside of a RegExp class (`u` flag): private-use characters, for queries only. RFC 3987, section 2.2. */
export const IPRIVATE = '\\u{E000}-\\u{F8FF}\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}';

/** Matches half of a surrogate pair that stands without its other half. */
export const LONE_SURROGATE: RegExp = /\p{Cs}/u;

/** Source of a RegExp for one percent-encoded octet. RFC 3986, section 2.1. */
export const TRIPLET = '%[0-9A-Fa-f]{2}';

/** The character at a code-unit offset, a surrogate pair whole; `''` at the end of the text. */
export function characterAt(text: string, offset: number): string {
  const code = text.codePointAt(offset);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** How messages show a character: itself where ASCII can print it, `U+20AC` otherwise. */
export function showCharacter(character: string): string {
  if (/^[ -~]$/.test(character)) return `"${character}"`;
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What to write in place of a character that may not stand as it is. */
export function adviseCharacter(character: string): string {
  if (LONE_SURROGATE.test(character)) return 'it is half of a surrogate pair: write the whole character';
  return `write ${encodeURIComponent(character)}`;
}
