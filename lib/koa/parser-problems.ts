import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_MEDIA_TYPE, ProblemError } from '../http/problem.js';
import type { ProblemName } from '../http/problem.js';
import type { HttpResponse } from './incoming.js';
import { MOST_TARGET } from './message.js';

/** What Node's parser says of bytes that it cannot read. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** A packet that opens with a request line of which the target alone is too long. */
const LONG_LINE = new RegExp(`^[A-Z]+ [^\\r\\n]{${MOST_TARGET}}`);

/** The problem that such an error is answered with. */
export function problemOf({ code, rawPacket }: ParserError): ProblemName {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'bad-request';
  // The request line comes first: one that is too long by itself is the target's fault, not the fields'.
  return LONG_LINE.test(rawPacket?.toString('latin1') ?? '') ? 'uri-too-long' : 'headers-too-large';
}

/** The answer to a request that is refused before Koa sees it. */
export function answerTo(name: ProblemName): HttpResponse & { readonly body: string } {
  const problem = new ProblemError(name);
  return {
    status: problem.status,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE, 'Cache-Control': 'no-store' },
    body: JSON.stringify(problem.toDocument('')),
  };
}

/** Sends a problem without Node's help, which has none for what it could not parse, and ends the connection. */
export function sendBare(socket: Socket, name: ProblemName): void {
  const { status, headers, body } = answerTo(name);
  const fields = {
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
