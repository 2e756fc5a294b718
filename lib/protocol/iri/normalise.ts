import { LONE_SURROGATE, UNRESERVED } from './characters.js';
import { parseIri, recomposeIri, removeDotSegments } from './resolve-iri.js';

/**
 * Maps an IRI reference to a URI reference: characters outside ASCII become their UTF-8 octets,
 * percent-encoded. So does a host's: turning it into the ASCII form of IDNA (`xn--…`) is left to
 * whoever looks the host up.
 *
 * @throws {TypeError} where a surrogate stands alone, which UTF-8 cannot encode
 * @see RFC 3987, section 3.1
 */
export function iriToUri(iri: string): string {
  const lone = LONE_SURROGATE.exec(iri);
  if (lone !== null) {
    throw new TypeError(
      `The IRI has half of a surrogate pair at offset ${lone.index}; write the whole character`,
    );
  }
  return iri.replace(/[^\0-\x7F]+/g, encodeURIComponent);
}

const UNRESERVED_CHARACTER = new RegExp(`[${UNRESERVED}]`, 'u');

/**
 * Gives percent-encoding one spelling: hexadecimal digits in upper case, unreserved characters
 * decoded, characters outside ASCII encoded.
 *
 * @throws {TypeError} where a surrogate stands alone
 * @see RFC 3986, sections 6.2.2.1 and 6.2.2.2
 */
export function normalisePercentEncoding(text: string): string {
  return iriToUri(text).replace(/%[0-9A-Fa-f]{2}/g, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    return UNRESERVED_CHARACTER.test(character) ? character : triplet.toUpperCase();
  });
}

/**
 * One spelling for all IRIs that differ only in the case of scheme and host, in percent-encoding
 * or in dot segments: two IRIs are equivalent if they are equal once normalised. It is a URI, so
 * that `é` and `%C3%A9` are one. A relative path keeps its dot segments.
 *
 * @throws {TypeError} where a surrogate stands alone
 * @see RFC 3986, section 6.2.2
 */
export function normaliseIri(iri: string): string {
  const parts = parseIri(normalisePercentEncoding(iri));
  const rooted = parts.scheme !== undefined || parts.path.startsWith('/');
  return recomposeIri({
    ...parts,
    scheme: parts.scheme?.toLowerCase(),
    authority: parts.authority?.replace(/[^@]*$/, lowerCaseHost),
    path: rooted ? removeDotSegments(parts.path) : parts.path,
  });
}

function lowerCaseHost(host: string): string {
  return host.replace(/%[0-9A-F]{2}|[A-Z]/g, (match) => (match.length === 3 ? match : match.toLowerCase()));
}
