import { parseIri } from './parts.js';
import type { IriParts } from './parts.js';
import { resolveIri } from './resolve.js';

/**
 * The shortest reference that leads from one IRI to another within one authority: `''`, `#f`,
 * `?q`, `1/`, `../` or `/a/b`, the path-relative one where two are equally short.
 *
 * Resolving it against the base gives the target back, character for character. Where no relative
 * reference does so (another scheme or authority, a target with dot segments), it is the target.
 *
 * @param target - an absolute IRI, or a reference whose path begins with `/`
 * @param base - of the same kind as the target
 * @see RFC 3986, sections 4.2 and 5.2
 */
export function relativiseIri(target: string, base: string): string {
  const to = parseIri(target);
  const from = parseIri(base);
  if (to.scheme !== from.scheme || to.authority !== from.authority) return target;
  const candidates = [...sameDocument(to, from), ...otherPath(to, from)];
  const leading = candidates.filter((candidate) => resolveIri(candidate, base) === target);
  return leading.reduce((best, next) => (next.length < best.length ? next : best), leading[0] ?? target);
}

/** References that keep the base's path. */
function sameDocument(to: IriParts, from: IriParts): string[] {
  if (to.path !== from.path) return [];
  const fragment = suffix('#', to.fragment);
  return to.query === from.query
    ? [fragment, suffix('?', to.query) + fragment]
    : [suffix('?', to.query) + fragment];
}

/** References by another path. Which of them are right for odd paths (`//a`, `b:c`), resolution tells. */
function otherPath(to: IriParts, from: IriParts): string[] {
  const rest = suffix('?', to.query) + suffix('#', to.fragment);
  const toward = to.path.split('/');
  const origin = from.path === '' ? ['', ''] : from.path.split('/');
  let shared = 0;
  const deepest = Math.min(toward.length, origin.length) - 1;
  while (shared < deepest && toward[shared] === origin[shared]) shared += 1;
  const climb = '../'.repeat(origin.length - 1 - shared);
  const path = toward.slice(shared).join('/');
  return [climb + path + rest, `./${path}${rest}`, to.path + rest];
}

function suffix(mark: string, component: string | undefined): string {
  return component === undefined ? '' : mark + component;
}
