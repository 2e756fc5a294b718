// Which media types resources are sent and taken as.
import { createNegotiation } from '../http/media-types.js';
import type { Negotiation } from '../http/media-types.js';
import { JSON_PATCH_MEDIA_TYPE } from '../http/json-patch.js';
import { MERGE_PATCH_MEDIA_TYPE } from '../http/merge-patch.js';
import { SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../protocol/documents.js';
import type { ResourceNode } from '../resource/nodes.js';

type Kind = ResourceNode['kind'];

const VALUE_MEDIA_TYPES: readonly string[] = [VALUE_MEDIA_TYPE];

/** The media types that resources of a kind are sent as, the preferred one first. */
export const SENT_TYPES: Readonly<Record<Kind, readonly string[]>> = {
  catalog: SHOJI_MEDIA_TYPES,
  entity: SHOJI_MEDIA_TYPES,
  fragment: VALUE_MEDIA_TYPES,
  view: VALUE_MEDIA_TYPES,
};

const documents: Negotiation = createNegotiation(SHOJI_MEDIA_TYPES);
const values: Negotiation = createNegotiation(VALUE_MEDIA_TYPES);

/** Chooses among them by the value of `Accept`; undefined where that admits none. */
export const NEGOTIATIONS: Readonly<Record<Kind, Negotiation>> = {
  catalog: documents,
  entity: documents,
  fragment: values,
  view: values,
};

/** The methods that take a document. */
export type BodyMethod = 'POST' | 'PUT' | 'PATCH';

const SHOJI_ONLY: Readonly<Record<BodyMethod, readonly string[]>> = {
  POST: SHOJI_MEDIA_TYPES,
  PUT: SHOJI_MEDIA_TYPES,
  PATCH: SHOJI_MEDIA_TYPES,
};

/** The media types of documents that the methods of a resource take. */
export const ACCEPTED_TYPES: Readonly<Record<Kind, Readonly<Record<BodyMethod, readonly string[]>>>> = {
  catalog: SHOJI_ONLY,
  entity: {
    ...SHOJI_ONLY,
    PATCH: [...SHOJI_MEDIA_TYPES, MERGE_PATCH_MEDIA_TYPE, JSON_PATCH_MEDIA_TYPE],
  },
  fragment: SHOJI_ONLY,
  view: SHOJI_ONLY,
};

/** The header fields that tell which types of document a method takes (RFC 5789, section 3.1, for PATCH). */
export const ACCEPT_FIELDS: Readonly<Record<BodyMethod, string>> = {
  POST: 'Accept-Post',
  PUT: 'Accept',
  PATCH: 'Accept-Patch',
};
