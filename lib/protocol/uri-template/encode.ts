import { RESERVED, TRIPLET, UNRESERVED } from '../iri/characters.js';

const ALL_UNRESERVED = new RegExp(`^[${UNRESERVED}]*$`, 'u');

/** Percent-encodes all but unreserved characters. The text must be well-formed Unicode. */
export function encodeUnreserved(text: string): string {
  if (ALL_UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, encodeAscii);
}

function encodeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

const ALL_ALLOWED = new RegExp(`^[${UNRESERVED}${RESERVED}]*$`, 'u');
const NOT_ALLOWED = new RegExp(`(${TRIPLET})|[^${UNRESERVED}${RESERVED}]`, 'gu');

/**
 * Percent-encodes all but unreserved and reserved characters and octets that are encoded already.
 * The text must be well-formed Unicode.
 */
export function encodeReserved(text: string): string {
  if (ALL_ALLOWED.test(text)) return text;
  return text.replace(NOT_ALLOWED, (match, triplet?: string) => triplet ?? encodeURIComponent(match));
}

/** Source of a RegExp (`s` flag, `u` flag) for one character, its encoded octets together. RFC 3629, section 3. */
const ENCODED_CHARACTER =
  '%[C-Dc-d][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]' +
  '|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}' +
  '|%[Ff][0-7](?:%[89ABab][0-9A-Fa-f]){3}' +
  `|${TRIPLET}`;

/** Matches percent-encoded octets, those of one character together. Has the `g` flag. */
export const ENCODED: RegExp = new RegExp(ENCODED_CHARACTER, 'g');

const CHARACTER = new RegExp(`${ENCODED_CHARACTER}|.`, 'gsu');

/**
 * The first characters of a value: "count each Unicode code point as one character".
 *
 * @param decoded - whether a percent-encoded character counts as one, as it does where the
 *   operator copies it
 * @see RFC 6570, section 3.2.1
 */
export function takePrefix(text: string, length: number, decoded: boolean): string {
  if (text.length <= length) return text;
  const characters = decoded ? (text.match(CHARACTER) ?? []) : Array.from(text);
  return characters.slice(0, length).join('');
}
