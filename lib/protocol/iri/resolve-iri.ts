/**
 * The components of an IRI reference. One that is absent is undefined; one that is present
 * and empty (`http://h/?`) is `''`. A path is always there.
 *
 * @see RFC 3986, section 3
 */
export interface IriParts {
  /** Without its `:`. */
  readonly scheme: string | undefined;
  /** Without its `//`. */
  readonly authority: string | undefined;
  readonly path: string;
  /** Without its `?`. */
  readonly query: string | undefined;
  /** Without its `#`. */
  readonly fragment: string | undefined;
}

const REFERENCE = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/**
 * Splits an IRI reference into its components. Never fails: whether the components are well
 * formed is for {@link checkIri} to say.
 *
 * It differs from the RFC's expression in one thing: what stands before the first `:` is a scheme
 * only if it can be one, so that `1:2` is a path.
 *
 * @see RFC 3986, appendix B
 */
export function parseIri(text: string): IriParts {
  const [, scheme, authority, path = '', query, fragment] = REFERENCE.exec(text) ?? [];
  return { scheme, authority, path, query, fragment };
}

/**
 * Puts components together again. Where the path alone would be taken for something else, for an
 * authority (`//x`) or a scheme (`a:b`), it gets a `/.` or `./` before it, which resolution drops.
 *
 * @see RFC 3986, section 5.3
 */
export function recomposeIri({ scheme, authority, path, query, fragment }: IriParts): string {
  let text = scheme === undefined ? '' : `${scheme}:`;
  if (authority !== undefined) text += `//${authority}`;
  else if (path.startsWith('//')) text += '/.';
  else if (scheme === undefined && /^[^/]*:/.test(path)) text += './';
  text += path;
  if (query !== undefined) text += `?${query}`;
  if (fragment !== undefined) text += `#${fragment}`;
  return text;
}

/**
 * Resolves an IRI reference against a base, strictly.
 *
 * @example
 * ```ts
 * import { resolveIri } from 'koa-shoji/protocol';
 *
 * console.log(resolveIri('../2/', 'https://api.example/books/1/')); // https://api.example/books/2/
 * ```
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

/**
 * The shortest reference that leads from one IRI to another within one authority: `''`, `#f`,
 * `?q`, `1/`, `../` or `/a/b`, the path-relative one where two are equally short.
 *
 * Resolving it against the base gives the target back, character for character. Where no relative
 * reference does so (another scheme or authority, a target with dot segments), it is the target.
 *
 * @example
 * ```ts
 * import { relativiseIri } from 'koa-shoji/protocol';
 *
 * console.log(relativiseIri('/books/2/', '/books/')); // 2/
 * ```
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
