import { checkIri } from '../../protocol/iri/check.js';
import { resolveIri } from '../../protocol/iri/resolve.js';
import { Fault } from './fault.js';
import type { Reply } from './exchange.js';

/** Not 300, which leaves the choice to the user, and not 304, which leads nowhere. RFC 9110, section 15.4. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Reads where an answer redirects to.
 *
 * @param iri - the IRI that answered
 * @returns absolute; undefined for an answer that is no redirect
 * @throws {Fault} `malformed-redirect` where Location is missing, or no IRI
 */
export function readRedirect(iri: string, { status, headers }: Reply): string | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const location = headers.get('location');
  if (location === undefined) {
    throw new Fault('malformed-redirect', `it answered ${status} without Location; say there where to go`);
  }
  const reference = decodeUtf8(location);
  const fault = checkIri(reference);
  if (fault !== undefined) {
    const shown = JSON.stringify(reference.slice(0, 200));
    throw new Fault(
      'malformed-redirect',
      `it answered ${status} with the Location ${shown}, which is no IRI: ${fault.message}`,
    );
  }
  return resolveIri(reference, iri);
}

/** Fields come as one character a byte; UTF-8 is how servers write what they forgot to percent-encode. */
function decodeUtf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
