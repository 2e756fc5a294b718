import { LONE_SURROGATE, RESERVED, UNRESERVED } from '../iri/characters.js';
import { normalisePercentEncoding } from '../iri/normalise.js';
import { ENCODED } from './expand.js';

/** What a token can be: one bit each, so that several can be asked for at once. */
export const UNRESERVED_TOKEN = 1;
export const COMMA_TOKEN = 2;
/** A delimiter other than the comma. */
export const RESERVED_TOKEN = 4;
/** One character, percent-encoded. */
export const ENCODED_TOKEN = 8;
/** Percent-encoded octets that are no UTF-8. */
export const OCTETS_TOKEN = 16;

/** An IRI reference, split for matching into characters, plain or percent-encoded. */
export interface Tokens {
  /** In the one spelling that {@link normalisePercentEncoding} gives. */
  readonly tokens: string | readonly string[];
  readonly kinds: Uint8Array;
}

const PLAIN = new RegExp(`^[${UNRESERVED}${RESERVED}]*$`, 'u');
const ILLEGAL = new RegExp(`[^\\u{80}-\\u{10FFFF}${UNRESERVED}${RESERVED}%]|%(?![0-9A-Fa-f]{2})`, 'u');

/** Reads an IRI reference; undefined if it holds what no expansion can hold. */
export function tokenise(iri: string): Tokens | undefined {
  if (PLAIN.test(iri)) return withKinds(iri);
  if (ILLEGAL.test(iri) || LONE_SURROGATE.test(iri)) return undefined;
  return withKinds(splitTokens(normalisePercentEncoding(iri)));
}

const TOKEN = new RegExp(`${ENCODED.source}|.`, 'gs');

/** Splits normalised text into characters, plain or percent-encoded. */
export function splitTokens(text: string): readonly string[] {
  return text.match(TOKEN) ?? [];
}

/** The text of the tokens from one to before another. */
export function textBetween({ tokens }: Tokens, start: number, end: number): string {
  return typeof tokens === 'string' ? tokens.slice(start, end) : tokens.slice(start, end).join('');
}

function withKinds(tokens: string | readonly string[]): Tokens {
  const kinds = new Uint8Array(tokens.length);
  for (let index = 0; index < kinds.length; index += 1) kinds[index] = kindOf(tokens[index] ?? '');
  return { tokens, kinds };
}

const UNRESERVED_CHARACTER = new RegExp(`[${UNRESERVED}]`, 'u');
const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === ',') return COMMA_TOKEN;
  return UNRESERVED_CHARACTER.test(character) ? UNRESERVED_TOKEN : RESERVED_TOKEN;
});

function kindOf(token: string): number {
  if (token.length === 1) return ASCII_KINDS[token.charCodeAt(0)] ?? 0;
  return decodeOctets(token) === undefined ? OCTETS_TOKEN : ENCODED_TOKEN;
}

/** The character that percent-encoded octets stand for; undefined if they are no UTF-8. */
export function decodeOctets(octets: string): string | undefined {
  try {
    return decodeURIComponent(octets);
  } catch {
    return undefined;
  }
}
