import { listElements } from './header-fields.js';

/** An entity tag, taken apart. */
export interface EntityTag {
  /** Whether it is marked as a weak validator (`W/`). */
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly opaque: string;
}

// entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE: the W is case-sensitive, a comma is an etagc, and a
// backslash escapes nothing.
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/y;

/**
 * A strong entity tag.
 *
 * @param opaque - any text. Characters outside visible ASCII, the quote and `%` are written as `%` and
 *   four hexadecimal digits each, so that different texts always give different tags.
 * @param variant - tells representations of one version apart, where they differ by more: visible ASCII
 *   without quotes, such as base64url
 * @returns the value of an `ETag` header field, quotes included
 * @see RFC 9110, section 8.8.3
 */
export function strongEtag(opaque: string, variant?: string): string {
  const text = PLAIN.test(opaque) ? opaque : opaque.replace(NOT_PLAIN, encodeCodeUnit);
  return variant === undefined ? `"${text}"` : `"${text}-${variant}"`;
}

/**
 * The entity tag of another representation of what a tag is of, at the same state.
 *
 * @param etag - the value of an `ETag` header field, as {@link strongEtag} makes it
 * @param name - tells the representations apart: visible ASCII without quotes
 * @see RFC 9110, section 8.8.3
 */
export function variantEtag(etag: string, name: string): string {
  return `${etag.slice(0, -1)}.${name}"`;
}

/** What a version usually is; looking is cheaper than replacing nothing. */
const PLAIN = /^[\x21\x23\x24\x26-\x7e]*$/;
const NOT_PLAIN = /[^\x21\x23\x24\x26-\x7e]/g;

/**
 * Reads the value of `If-Match` or `If-None-Match`.
 *
 * @returns `'*'`, the entity tags of a list in their order, or undefined where it is malformed
 * @see RFC 9110, sections 13.1.1 and 13.1.2
 */
export function parseEtagList(header: string): '*' | readonly EntityTag[] | undefined {
  // If-Match = "*" / #entity-tag: an asterisk is no member of a list.
  if (/^[\t ]*\*[\t ]*$/.test(header)) return '*';

  return listElements(header, ENTITY_TAG)?.map((tag) => {
    const weak = tag.startsWith('W/');
    return { weak, opaque: tag.slice(weak ? 3 : 1, -1) };
  });
}

/**
 * Whether both are strong and their opaque parts are the same, character by character.
 *
 * @see RFC 9110, section 8.8.3.2
 */
export function strongMatch(one: EntityTag, other: EntityTag): boolean {
  return !one.weak && !other.weak && one.opaque === other.opaque;
}

/**
 * Whether their opaque parts are the same, weak or not.
 *
 * @see RFC 9110, section 8.8.3.2
 */
export function weakMatch(one: EntityTag, other: EntityTag): boolean {
  return one.opaque === other.opaque;
}

/** What Apache, Caddy and others put to an entity tag when they compress what it is of. */
const MARK = /^(?:;|--?)(?:gzip|br|zstd|deflate)$/;

/**
 * How something between server and client has altered one of the server's strong entity tags, so that it is none for
 * `If-Match`: `weakened`, as nginx does when it compresses, or `marked` by the coding, as Apache does.
 *
 * @returns undefined where the tag is another one
 */
export function alterationOf(tag: EntityTag, own: EntityTag): 'weakened' | 'marked' | undefined {
  if (own.weak || !tag.opaque.startsWith(own.opaque)) return undefined;
  const added = tag.opaque.slice(own.opaque.length);
  if (added === '') return tag.weak ? 'weakened' : undefined;
  return MARK.test(added) ? 'marked' : undefined;
}

function encodeCodeUnit(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
