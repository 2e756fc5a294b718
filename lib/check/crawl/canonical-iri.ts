import { normaliseIri } from '../../protocol/iri/normalise.js';
import { parseIri } from '../../protocol/iri/resolve-iri.js';

const DEFAULT_PORT: Readonly<Record<string, RegExp>> = { http: /:(?:80)?$/, https: /:(?:443)?$/ };

/**
 * One spelling for all IRIs that name one resource of HTTP: normalised, without a default port, with a
 * path, and without a fragment, which is never sent.
 *
 * @returns undefined where no request could be made for the IRI, because half of a surrogate pair is in it
 * @see RFC 9110, section 4.2.3
 */
export function canonicalIri(iri: string): string | undefined {
  let normal: string;
  try {
    normal = normaliseIri(iri);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  const { scheme, authority, path, query } = parseIri(normal);
  const port = DEFAULT_PORT[scheme ?? ''];
  if (scheme === undefined || authority === undefined || port === undefined) {
    return normal.replace(/#.*$/s, '');
  }
  const search = query === undefined ? '' : `?${query}`;
  return `${scheme}://${authority.replace(port, '')}${path === '' ? '/' : path}${search}`;
}

/** The origin that an IRI is fetched from; undefined where it is no http or https IRI that can be. */
export function originOf(iri: string): string | undefined {
  if (!/^https?:/i.test(iri)) return undefined;
  return URL.canParse(iri) ? new URL(iri).origin : undefined;
}
