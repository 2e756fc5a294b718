import type { ServerResponse } from 'node:http';
import { joinField } from '../../http/header-fields.js';
import type { ApiContext } from '../api-context.js';
import type { HttpResponse } from '../http-message.js';

/** Sets header fields of a response; to those that earlier middleware has set, what they are lists of is added. */
export function setFields(res: ServerResponse, headers: HttpResponse['headers']): void {
  for (const name in headers) {
    const added = headers[name] as string;
    const before = res.getHeader(name);
    res.setHeader(name, before === undefined ? added : joinField(name.toLowerCase(), before, added));
  }
}

/**
 * Keeps a redirect or a problem out of all caches, which might keep many of them otherwise: a 404 would outlast the
 * PUT that makes the entity.
 *
 * @see RFC 9110, section 15.1
 */
export function keepFromCaches({ guard, cacheFields }: ApiContext, res: ServerResponse): void {
  const before = res.getHeader('cache-control');
  res.setHeader(
    'cache-control',
    before === undefined ? 'no-store' : joinField('cache-control', before, 'no-store'),
  );
  if (guard !== undefined) {
    res.setHeader('vary', joinField('vary', res.getHeader('vary'), cacheFields['vary'] as string));
  }
}
