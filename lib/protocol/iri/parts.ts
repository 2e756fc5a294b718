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
