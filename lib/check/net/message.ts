import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Request } from '../exchange.js';
import { ACCEPT_ENCODING } from './decoding.js';
import type { Message } from './exchange.js';
import { USER_AGENT } from './user-agent.js';

/** Header fields by lower-case name. */
export type Fields = Readonly<Record<string, string>>;

/**
 * Reads the fields that are configured for every request.
 *
 * @throws {TypeError} for a name or a value that no field can have
 */
export function readFields(headers: Fields = {}): Fields {
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return lowerCaseNames(headers);
}

/**
 * What is sent for a request; its own fields come before those that are configured. Those are left out of
 * TRACE, whose answer would send tokens back to who should not see them.
 *
 * @see RFC 9110, section 9.3.8
 */
export function composeMessage({ method, headers = {}, body }: Request, configured: Fields): Message {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return {
    method,
    headers: {
      'accept-encoding': ACCEPT_ENCODING,
      'user-agent': USER_AGENT,
      ...(method === 'TRACE' ? {} : configured),
      ...lowerCaseNames(headers),
      ...length,
    },
    body,
  };
}

function lowerCaseNames(headers: Fields): Fields {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
