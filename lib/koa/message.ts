import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../http/problem.js';
import { quote } from '../protocol/format-value.js';

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
 * @throws {ProblemError} 400, 414, 431 or 501
 */
export function checkMessage(req: IncomingMessage): void {
  const { url = '', headers } = req;
  const rawHeaders = (req.rawHeaders as readonly string[] | undefined) ?? NO_FIELDS;
  if (url.length > MOST_TARGET) {
    throw new ProblemError('uri-too-long', {
      detail: `The target has ${url.length} characters; at most ${MOST_TARGET} are read.`,
    });
  }
  // A fragment is no part of a target (RFC 9112, section 3.2).
  if (url.includes('#')) {
    throw new ProblemError('bad-request', {
      detail: 'The target has a `#`: leave the fragment away, or write the character as %23.',
    });
  }
  const coding = headers['transfer-encoding'];
  // The one that every recipient must understand is the only one that is (RFC 9112, section 6.1).
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new ProblemError('not-implemented', {
      detail: `The Transfer-Encoding is ${quote(coding)}; send chunked alone, and compress by Content-Encoding.`,
    });
  }
  if (rawHeaders.length > 2 * MOST_FIELDS) {
    // What HTTP/2 has in place of a request line stands among the fields.
    const count = rawHeaders.filter((name, index) => index % 2 === 0 && !name.startsWith(':')).length;
    if (count > MOST_FIELDS) {
      throw new ProblemError('too-many-headers', {
        detail: `The request has ${count} header fields; at most ${MOST_FIELDS} are read.`,
      });
    }
  }
  // A server must answer 400 to a request with more than one Host field, or one whose value is invalid
  // (RFC 9112, section 3.2). Node keeps the first of several, so that only the raw fields tell.
  const hosts = countHosts(rawHeaders);
  // In HTTP/2 the authority takes its place; the two may not differ (RFC 9113, section 8.3.1).
  const authority = headers[':authority'] as string | undefined;
  const host = headers.host ?? authority;
  if (hosts > 1 || (host === undefined && isHostNeeded(req))) throw new ProblemError('bad-host');
  if (authority !== undefined && authority !== host) throw new ProblemError('bad-host');
  if (host !== undefined && host !== lastHost) {
    if (!HOST.test(host)) throw new ProblemError('bad-host');
    lastHost = host;
  }
}

/** HTTP/1.0 knows no Host; what was injected without a version may have none. */
function isHostNeeded({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor >= 2 || httpVersionMinor === 1;
}

/** Requests that were injected need not have the fields as they were received. */
const NO_FIELDS: readonly string[] = [];

/**
 * The values of a field, one for each of its lines.
 *
 * @param name - in lower case
 */
export function fieldLines(req: IncomingMessage, name: string): readonly string[] {
  const rawHeaders = (req.rawHeaders as readonly string[] | undefined) ?? NO_FIELDS;
  const lines = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
  return lines.length > 0 ? lines : [req.headers[name] ?? []].flat();
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
