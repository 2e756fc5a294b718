import type { Method } from '../../resource/catalog.js';
import { permittedMethods } from '../guard.js';
import { ACCEPTED_TYPES, ACCEPT_FIELDS } from '../negotiate.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';

/** OPTIONS: the methods that the caller may use, and the types of document that they take. */
export function options(request: RequestContext): HttpResponse {
  const allowed = permittedMethods(request);
  const headers: Record<string, string> = { Allow: allowHeader(allowed) };
  for (const method of ['POST', 'PATCH'] as const) {
    if (allowed.includes(method)) {
      headers[ACCEPT_FIELDS[method]] = ACCEPTED_TYPES[request.node.kind][method].join(', ');
    }
  }
  return { status: 204, headers };
}

/** The value of `Allow`, in which HEAD and OPTIONS stand too (RFC 9110, section 10.2.1). */
export function allowHeader(allowed: readonly Method[]): string {
  return ['GET', 'HEAD', ...allowed.filter((method) => method !== 'GET'), 'OPTIONS'].join(', ');
}
