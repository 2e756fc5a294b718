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

/** A value as `ServerResponse.getHeader` gives it. */
type FieldValue = string | number | readonly string[];

const FIELD_NAME = new RegExp(TOKEN, 'y');

// cache-directive = token [ "=" ( token / quoted-string ) ] (RFC 9111, section 5.2)
const DIRECTIVE = new RegExp(`${TOKEN}(?:=(?:${TOKEN}|${QUOTED_STRING}))?`, 'y');

/** Directives that let more be stored, or for longer, than one of those in {@link REQUIREMENTS} does. */
const LOOSENING: ReadonlySet<string> = new Set([
  'public',
  'max-age',
  's-maxage',
  'immutable',
  'stale-while-revalidate',
  'stale-if-error',
]);

/** Directives that another value of `Cache-Control` must not lack, the strictest first. */
const REQUIREMENTS: readonly string[] = ['no-store', 'private'];

/** Fields whose every value counts, and which are not looked into. */
const APPENDED: ReadonlySet<string> = new Set(['link', 'server-timing', 'set-cookie', 'www-authenticate']);

/**
 * The value of a header field that two parts of a server have set, such as a `Vary` by CORS and by content
 * negotiation: lists are added to, and of a `Cache-Control` the stricter one counts. Any other field is the later
 * part's alone.
 *
 * @param name - in lower case
 * @param before - what is there already; undefined where nothing is
 * @param own - what is to be said besides
 */
export function joinField(name: string, before: FieldValue | undefined, own: string): string | string[] {
  if (before === undefined) return own;
  if (name === 'vary') return joinVary(textOf(before), own);
  if (name === 'cache-control') return joinCacheControl(textOf(before), own);
  if (!APPENDED.has(name)) return own;
  const values = Array.isArray(before) ? (before as string[]) : [textOf(before)];
  return values.includes(own) ? values : [...values, own];
}

function textOf(value: FieldValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** @see RFC 9110, section 12.5.5 */
function joinVary(before: string, own: string): string {
  const names = listElements(before, FIELD_NAME) ?? [];
  if (names.includes('*')) return before;
  const known = new Set(names.map((name) => name.toLowerCase()));
  const added = (listElements(own, FIELD_NAME) ?? []).filter((name) => !known.has(name.toLowerCase()));
  return [...names, ...added].join(', ');
}

/**
 * What is there stays, unless it lets a cache do what the own value forbids: then of it stays what forbids more.
 *
 * @see RFC 9111, section 5.2.2
 */
function joinCacheControl(before: string, own: string): string {
  const wanted = listElements(own, DIRECTIVE) ?? [];
  const given = listElements(before, DIRECTIVE) ?? [];
  // `private="Set-Cookie"` is about that field alone, so that only the bare name will do.
  const has = (directives: readonly string[], name: string) =>
    directives.some((directive) => directive.toLowerCase() === name);
  const required = REQUIREMENTS.findIndex((name) => has(wanted, name));
  const isStrict = REQUIREMENTS.some((name, strictness) => strictness <= required && has(given, name));
  if (required === -1 || isStrict) return before;
  const names = new Set(wanted.map(nameOf));
  const kept = given.filter(
    (directive) => !LOOSENING.has(nameOf(directive)) && !names.has(nameOf(directive)),
  );
  return [...wanted, ...kept].join(', ');
}

function nameOf(directive: string): string {
  return (directive.split('=', 1)[0] as string).toLowerCase();
}

const AUTH_PARAM = `${TOKEN}${OWS}=${OWS}(?:${TOKEN}|${QUOTED_STRING})`;
const TOKEN68 = '[A-Za-z0-9._~+/-]+=*';
const CHALLENGE = `${TOKEN}(?: +(?:${AUTH_PARAM}(?:${OWS},${OWS}${AUTH_PARAM})*|${TOKEN68}))?`;
const CHALLENGES = new RegExp(`^${CHALLENGE}(?:${OWS},${OWS}${CHALLENGE})*$`);

/**
 * Whether a text is a value of `WWW-Authenticate`: one challenge or several, such as `Bearer realm="shop"`.
 *
 * @see RFC 9110, section 11.6.1
 */
export function isChallengeList(text: string): boolean {
  return CHALLENGES.test(text);
}

/** The scheme, and what it is given. */
const CREDENTIALS = new RegExp(`^(${TOKEN})(?: +(.*))?$`);

/**
 * The value of `Authorization` in one spelling: the name of the scheme is the same in any case, and any number of
 * spaces may stand after it. Whatever follows means what the scheme says.
 *
 * @see RFC 9110, sections 11.1 and 11.4
 */
export function normaliseCredentials(authorization: string): string {
  const [, scheme, given = ''] = CREDENTIALS.exec(authorization) ?? [];
  return scheme === undefined ? authorization : `${scheme.toLowerCase()} ${given}`;
}

/** Most characters that a key may have. */
export const MAX_KEY_LENGTH = 255;

/** A string of a structured field: visible ASCII and spaces, in which quotes and backslashes are escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/** What clients send without quotes, such as a UUID; nothing that a list or a parameter would need. */
const BARE = /^[!#-+.-:<-[\]-~-]+$/;

/**
 * Reads the value of `Idempotency-Key`: a structured field's string, which many clients send without its quotes.
 *
 * @param values - of each field of that name
 * @returns undefined where it is none, or too long, or where there are several
 * @see draft-ietf-httpapi-idempotency-key-header, section 2.1; RFC 9651, section 3.3.3
 */
export function readIdempotencyKey(values: readonly string[]): string | undefined {
  const [value = '', ...others] = values;
  if (others.length > 0) return undefined;
  const key = QUOTED.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? BARE.exec(value)?.[0] ?? '';
  return key !== '' && key.length <= MAX_KEY_LENGTH ? key : undefined;
}
