import type { Method } from '../resource/catalog.js';
import type { Exchange } from '../resource/exchange.js';
import { SHOJI_MEDIA_TYPES } from '../protocol/documents.js';
import { permits } from './served.js';
import type { Served } from './served.js';

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

/** The methods that this caller may use. */
export function allowedMethods({ guard }: Served, exchange: Exchange): readonly Method[] {
  const { node, state } = exchange;
  if (guard === undefined) return node.methods;
  const { params } = exchange;
  return node.methods.filter((method) =>
    permits(guard, { resource: node.class, parent: node.parent?.class, method, state, params }),
  );
}

/** The value of `Allow`, in which HEAD and OPTIONS stand too. */
export function allowHeader(allowed: readonly Method[]): string {
  return ['GET', 'HEAD', ...allowed.filter((method) => method !== 'GET'), 'OPTIONS'].join(', ');
}

/** The header fields that answer OPTIONS. */
export function optionsHeaders(allowed: readonly Method[]): Record<string, string> {
  const headers: Record<string, string> = { Allow: allowHeader(allowed) };
  for (const method of ['POST', 'PATCH'] as const) {
    if (allowed.includes(method)) headers[ACCEPT_FIELDS[method]] = SHOJI_MEDIA_TYPES.join(', ');
  }
  return headers;
}

/** What caches are told of every answer: where a guard looks at who is asking, none may be given to another. */
export function cacheHeaders({ guard }: Pick<Served, 'guard'>): Readonly<Record<string, string>> {
  return guard === undefined ? { Vary: 'Accept' } : GUARDED;
}

const GUARDED = { Vary: 'Accept, Authorization, Cookie', 'Cache-Control': 'private, no-cache' };
