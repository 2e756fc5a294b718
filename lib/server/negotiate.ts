import { JSON_PATCH_MEDIA_TYPE } from '../http/json-patch.js';
import { MERGE_PATCH_MEDIA_TYPE } from '../http/merge-patch.js';
import { SHOJI_MEDIA_TYPES } from '../protocol/documents.js';
import type { Method } from '../resource/catalog.js';
import type { ResourceNode } from '../resource/nodes.js';
import type { ApiContext } from './api-context.js';

/** The methods of RFC 9110 and RFC 5789: a resource that lacks one answers 405, and 501 for any other. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
]);

/** Methods whose documents have a header field of their own that says which types are taken. */
const ACCEPT_FIELDS = { POST: 'Accept-Post', PATCH: 'Accept-Patch' } as const;

/** The header field that says which types of document a method takes. */
export function acceptField(method: string): string {
  return method === 'POST' || method === 'PATCH' ? ACCEPT_FIELDS[method] : 'Accept';
}

const ENTITY_PATCHES: readonly string[] = [
  ...SHOJI_MEDIA_TYPES,
  MERGE_PATCH_MEDIA_TYPE,
  JSON_PATCH_MEDIA_TYPE,
];

/** The media types of documents that a method of a resource takes. */
export function acceptedTypes({ kind }: ResourceNode, method: string): readonly string[] {
  return kind === 'entity' && method === 'PATCH' ? ENTITY_PATCHES : SHOJI_MEDIA_TYPES;
}

/** The value of `Allow`, in which HEAD and OPTIONS stand too. */
export function allowHeader(allowed: readonly Method[]): string {
  return ['GET', 'HEAD', ...allowed.filter((method) => method !== 'GET'), 'OPTIONS'].join(', ');
}

/** The header fields that answer OPTIONS. */
export function optionsHeaders(node: ResourceNode, allowed: readonly Method[]): Record<string, string> {
  const headers: Record<string, string> = { Allow: allowHeader(allowed) };
  for (const method of ['POST', 'PATCH'] as const) {
    if (allowed.includes(method)) headers[ACCEPT_FIELDS[method]] = acceptedTypes(node, method).join(', ');
  }
  return headers;
}

/** The header fields of a representation. What a guard let one caller see, no cache may give to another. */
export function representationHeaders(served: ApiContext, type: string): Record<string, string> {
  return { 'content-type': type, ...cacheHeaders(served) };
}

/** What answers vary by where a guard decides who sees what. */
export const GUARDED_VARY: string = 'Accept, Authorization, Cookie';

/** What a cache is told. What a guard let one caller see, no cache may give to another. */
export function cacheHeaders({ guard }: ApiContext): Record<string, string> {
  return guard === undefined
    ? { vary: 'Accept', 'cache-control': 'no-cache' }
    : { vary: GUARDED_VARY, 'cache-control': 'private, no-cache' };
}
