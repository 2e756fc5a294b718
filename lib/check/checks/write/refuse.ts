import { SHOJI_MEDIA_TYPE } from '../../../protocol/documents.js';
import { resolveIri } from '../../../protocol/iri/resolve.js';
import type { Client } from '../../exchange.js';
import { canonicalIri } from '../../walk/canonical-iri.js';
import type { Remark } from '../check.js';
import { isSuccess, send } from './exchange.js';
import { malformedAccepted } from './remarks.js';

const REFUSED = [
  { what: 'what is no JSON', raw: ['{"element":', SHOJI_MEDIA_TYPE], wanted: '400' },
  {
    what: 'an entity as text/plain',
    raw: ['{"element":"shoji:entity","body":{}}', 'text/plain'],
    wanted: '415',
  },
] as const;

/**
 * Sends what a catalog must refuse, and removes it where the catalog takes it all the same.
 *
 * @param isKnown - whether an IRI was there before, and must be left alone
 */
export async function* refuse(
  client: Client,
  catalog: string,
  isKnown: (iri: string) => boolean,
): AsyncGenerator<Remark> {
  for (const { what, raw, wanted } of REFUSED) {
    const answer = await send(client, 'POST', catalog, { raw });
    const location = answer.headers.get('location');
    if (isSuccess(answer) && location !== undefined) {
      const iri = canonicalIri(resolveIri(location, catalog));
      if (iri !== undefined && !isKnown(iri)) await client.send({ method: 'DELETE', iri });
    }
    if (isSuccess(answer) || answer.status >= 500)
      yield malformedAccepted(catalog, what, answer.status, wanted);
  }
}
