import { createHash } from 'node:crypto';
import { strongEtag, variantEtag } from '../http/etag.js';
import type { Validators } from '../http/preconditions.js';
import type { ResourceNode } from '../resource/nodes.js';
import type { Dated } from './last-modified.js';

/**
 * What the media types other than the preferred one add to an entity tag. The bytes are the same under each,
 * but a cache that holds one representation must not be told that it may give it out as another.
 *
 * @see RFC 9110, section 8.8.1 and RFC 9111, section 4.3.4
 */
const VARIANTS: Readonly<Record<string, string>> = { 'application/shoji': 's', 'application/json': 'j' };

/**
 * The entity tag of a representation that is sent as this media type.
 *
 * @param node - what it is of; values have one media type only
 * @param etag - the tag of the same as the preferred type
 */
export function etagAs(type: string, { kind }: ResourceNode, etag: string): string {
  const variant = kind === 'catalog' || kind === 'entity' ? VARIANTS[type] : undefined;
  return variant === undefined ? etag : variantEtag(etag, variant);
}

/** Validators for a change of the resource itself, which may name the tag of whichever media type the client has seen. */
export function forChange({
  etag,
  lastModified,
  dated,
}: Validators & { readonly dated?: Dated | undefined }): Validators {
  const dates = { lastModified: lastModified ?? dated?.updated };
  if (etag === undefined) return dates;
  return { ...dates, etag, otherEtags: Object.values(VARIANTS).map((variant) => variantEtag(etag, variant)) };
}

/** The entity tag of a text that no version is known of. */
export function digestEtag(text: string): string {
  return strongEtag(createHash('sha256').update(text).digest('base64url').slice(0, 27));
}
