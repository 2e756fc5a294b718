import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Fault } from './fault.js';

/** The codings that are asked for; what is nowhere in use any more is understood and not asked for. */
export const ACCEPT_ENCODING = 'gzip, br';

/** More than one coding is rare already; each multiplies what few bytes can make of themselves. */
const MOST_CODINGS = 2;

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * The streams that undo the codings of an answer, in the order in which bytes go through them.
 *
 * @param contentEncoding - the header's value, if it is there
 * @throws {Fault} `bad-encoding` for a coding that is not known
 * @see RFC 9110, section 8.4
 */
export function decodersFor(contentEncoding: string | undefined): Transform[] {
  const codings = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MOST_CODINGS) {
    throw new Fault(
      'bad-encoding',
      `Content-Encoding names ${codings.length} codings, one over the other; send one of ${ACCEPT_ENCODING}, or none`,
    );
  }
  const makers = codings.map((coding) => {
    const maker = DECODERS.get(coding);
    if (maker !== undefined) return maker;
    throw new Fault(
      'bad-encoding',
      `Content-Encoding is "${coding}", which the request did not ask for; send one of ${ACCEPT_ENCODING}, or none`,
    );
  });
  return makers.toReversed().map((maker) => maker());
}

/** Whether an error is a decoder's: the bytes are not what Content-Encoding says, or they break off. */
export function isDecodingError(error: Error): boolean {
  return 'code' in error && /^(?:Z_|ERR__ERROR_)/.test(String(error.code));
}
