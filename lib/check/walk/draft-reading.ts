import { parseIri, resolveIri } from '../../protocol/iri/resolve.js';
import { canonicalIri } from './canonical-iri.js';
import type { ResolvedLink } from './link.js';

/**
 * Where a link leads if the last segment of its base is kept, as the draft's examples have it: `1` on
 * `/users` is `/users/1`.
 *
 * @returns undefined where that is where RFC 3986 leads as well
 */
export function draftReading({ reference, base, to }: ResolvedLink): string | undefined {
  const { scheme, authority, path } = parseIri(reference);
  if (scheme !== undefined || authority !== undefined || path === '' || path.startsWith('/'))
    return undefined;
  const { path: basePath } = parseIri(base);
  if (basePath.endsWith('/')) return undefined;
  const withSlash = resolveIri(`${basePath}/`, base);
  const read = canonicalIri(resolveIri(reference, withSlash));
  return read === to ? undefined : read;
}
