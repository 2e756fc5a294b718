import { QUOTED_STRING, TOKEN, listElements } from './grammar.js';

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
