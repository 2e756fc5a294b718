import { createClient } from '../../check/client/http-client.js';
import { UnreadableSourceError } from './judge-document.js';

/** A document as it was answered. */
export interface Fetched {
  /** The IRI that answered, after redirects. */
  readonly source: string;
  readonly bytes: Uint8Array;
}

/**
 * Fetches a document.
 *
 * @throws {UnreadableSourceError} where there is none
 */
export async function fetchDocument(iri: string, signal: AbortSignal): Promise<Fetched> {
  const client = createClient(iri, { bytes: MAX_BYTES, timeout: TIMEOUT_MS, signal });
  try {
    const outcome = await client.follow({ method: 'GET', iri, headers: { accept: ACCEPT } });
    if (outcome.type === 'failure') throw new UnreadableSourceError(outcome.message);
    const { status, iri: source, body } = outcome;
    if (status >= 200 && status < 300) return { source, bytes: body };
    const where = source === iri ? '' : ` by ${source}`;
    throw new UnreadableSourceError(
      `it was answered with status ${status}${where}; write an IRI that answers 200 to a GET`,
    );
  } finally {
    client.close();
  }
}

/** Most bytes of an answer; a document that is longer is better validated as a file. */
const MAX_BYTES = 256 * 2 ** 20;

/** Most milliseconds for an answer. */
const TIMEOUT_MS = 60_000;

const ACCEPT = 'application/shoji+json, application/shoji;q=0.9, application/json;q=0.8';
