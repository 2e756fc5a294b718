import { createHash } from 'node:crypto';
import type { CollectionKey } from '../store.js';
import type { Values } from './query.js';

/** How long what an index looks at may be, in bytes: rows of an index are short. */
const LONGEST = 500;

/** What tells a place from all others. */
export function placeName({ collection: catalog, parentIds: within }: CollectionKey): string {
  return JSON.stringify([catalog, within]);
}

/** What tells a place from all others, as the slots of its row are given it. */
export function placeKey({ collection: catalog, parentIds: within }: CollectionKey): Values {
  const path = JSON.stringify(within);
  const isShort = Buffer.byteLength(path) <= LONGEST;
  return {
    collection: catalog,
    parentIds: isShort ? path : createHash('sha256').update(path).digest('base64url'),
  };
}
