import type { IncomingMessage } from 'node:http';
import { Problem } from '../http/problem.js';

/** Most characters that the target of a request may have. */
export const MOST_TARGET: number = 8 * 1024;

/** Most header fields that a request may have. */
const MOST_FIELDS = 200;

/** `uri-host [ ":" port ]` (RFC 9110, section 7.2), of which only the host of a file could be empty. */
const HOST = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** The host that was found valid last: a server is asked by the same name again and again. */
let lastHost: string | undefined;

/**
 * What stands against a request before its target is looked at.
 *
 * @throws {Problem} 400, 414 or 431
 */
export function checkMessage(req: IncomingMessage): void {
  const { url = '', rawHeaders } = req;
  if (url.length > MOST_TARGET) {
    throw new Problem('uri-too-long', {
      detail: `The target has ${url.length} characters; at most ${MOST_TARGET} are read.`,
    });
  }
  if (rawHeaders.length > 2 * MOST_FIELDS) {
    throw new Problem('too-many-headers', {
      detail: `The request has ${rawHeaders.length / 2} header fields; at most ${MOST_FIELDS} are read.`,
    });
  }
  // A server must answer 400 to a request with more than one Host field, or one whose value is invalid
  // (RFC 9112, section 3.2). Node keeps the first of several, so that only the raw fields tell.
  const hosts = countHosts(rawHeaders);
  if (hosts > 1 || (hosts === 0 && req.httpVersionMinor === 1)) throw new Problem('bad-host');
  const { host } = req.headers;
  if (host !== undefined && host !== lastHost) {
    if (!HOST.test(host)) throw new Problem('bad-host');
    lastHost = host;
  }
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
