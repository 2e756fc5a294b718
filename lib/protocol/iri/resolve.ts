import { parseIri, recomposeIri } from './parts.js';
import type { IriParts } from './parts.js';

/**
 * Resolves an IRI reference against a base, strictly.
 *
 * @param reference - any IRI reference; `''` is the base itself, without its fragment
 * @param base - an absolute IRI, or a reference whose path begins with `/` (`/users/`), in which
 *   case the result has no scheme either
 * @see RFC 3986, section 5.2
 */
export function resolveIri(reference: string, base: string): string {
  return recomposeIri(resolveParts(parseIri(reference), parseIri(base)));
}

function resolveParts(reference: IriParts, base: IriParts): IriParts {
  const { fragment } = reference;
  if (reference.scheme !== undefined) {
    return { ...reference, path: removeDotSegments(reference.path) };
  }
  const { scheme } = base;
  if (reference.authority !== undefined) {
    return { ...reference, scheme, path: removeDotSegments(reference.path) };
  }
  const { authority } = base;
  if (reference.path === '') {
    return { scheme, authority, path: base.path, query: reference.query ?? base.query, fragment };
  }
  const path = reference.path.startsWith('/') ? reference.path : mergePaths(base, reference.path);
  return { scheme, authority, path: removeDotSegments(path), query: reference.query, fragment };
}

/** @see RFC 3986, section 5.2.3 */
function mergePaths(base: IriParts, path: string): string {
  if (base.authority !== undefined && base.path === '') return `/${path}`;
  return base.path.slice(0, base.path.lastIndexOf('/') + 1) + path;
}

/**
 * Drops the segments `.` and `..` from a path, and with each `..` the segment before it. A path
 * that does not begin with `/` never comes to do so.
 *
 * @see RFC 3986, section 5.2.4
 */
export function removeDotSegments(path: string): string {
  if (!/(?:^|\/)\.\.?(?:\/|$)/.test(path)) return path;
  const rooted = path.startsWith('/');
  const segments = path.split('/');
  if (rooted) segments.shift();
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  // A path that ends in a dot segment names a directory: "/a/b/.." is "/a/".
  if ((last === '.' || last === '..') && (rooted || kept.length > 0)) kept.push('');
  return (rooted ? '/' : '') + kept.join('/');
}
