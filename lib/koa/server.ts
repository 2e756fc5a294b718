import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type Koa from 'koa';
import { PROBLEM_MEDIA_TYPE, Problem } from '../http/problem.js';
import type { ProblemName } from '../http/problem.js';
import { MOST_TARGET } from './message.js';

/** Most bytes of a request's line and header fields together. */
const MOST_HEADER_BYTES = 16 * 1024;

interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/**
 * An HTTP server for a Koa application that answers with problem documents even where Koa never gets to
 * see the request: what the parser refuses, fields that are too large, expectations that cannot be met.
 */
export function createServer(app: Koa): Server {
  const handle = app.callback();
  const server = createHttpServer({ maxHeaderSize: MOST_HEADER_BYTES }, (req, res) => void handle(req, res));
  // Past Node's own limit, fields are dropped in silence; the ladder counts them and says so.
  server.maxHeadersCount = 0;
  server.on('clientError', refuse);
  server.on('checkExpectation', (_: IncomingMessage, res: ServerResponse) => {
    const { status, headers, body } = answerTo('expectation-failed');
    res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
  return server;
}

/**
 * Stops a server without cutting an answer short: it takes no more connections, answers what is in flight,
 * and closes connections as they fall idle.
 *
 * @param limit - how long that may take, in milliseconds; what is still open then is closed
 */
export async function drain(server: Server, limit: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that falls idle later would otherwise stay open for another request.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), limit);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}

/** What the parser could not read is answered on the bare socket, which then is closed. */
function refuse(error: ParserError, socket: Duplex): void {
  const open = socket as Duplex & { readonly bytesWritten?: number; readonly _httpMessage?: ServerResponse };
  const begun = open._httpMessage?.headersSent ?? false;
  if (!socket.writable || begun || error.code === 'ECONNRESET') {
    socket.destroy(error);
    return;
  }
  const { status, headers, body } = answerTo(problemOf(error));
  const fields = Object.entries({
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? 'Error'}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
};

/** A packet that opens with a request line of which the target alone is too long. */
const LONG_LINE = new RegExp(`^[A-Z]+ [^\\r\\n]{${MOST_TARGET}}`);

function problemOf({ code, rawPacket }: ParserError): ProblemName {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'bad-request';
  // The request line comes first: one that is too long by itself is the target's fault, not the fields'.
  return LONG_LINE.test(rawPacket?.toString('latin1') ?? '') ? 'uri-too-long' : 'headers-too-large';
}

function answerTo(name: ProblemName): { status: number; headers: Record<string, string>; body: string } {
  const problem = new Problem(name);
  return {
    status: problem.status,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE },
    body: JSON.stringify(problem.toDocument('')),
  };
}
