import { once } from 'node:events';
import { connect } from 'node:net';
import { AnswerReader } from './answer-reader.js';
import type { Answer } from './answer-reader.js';

/** A request as it is written down in a workload. */
export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The bytes of a request, as an API's client sends it. */
export function bytesOf({ method = 'GET', path, headers = {}, body }: Request): Buffer {
  const fields = {
    Host: '127.0.0.1',
    Accept: 'application/json',
    ...headers,
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
}

/** Sends one request, and reads the whole answer. */
export async function ask(port: number, request: Request): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(bytesOf(request));
  const reader = new AnswerReader(true);
  try {
    for await (const bytes of socket) {
      const answer = reader.read(bytes as Buffer);
      if (answer !== undefined) return answer;
    }
    throw new Error(`no whole answer to ${request.path}`);
  } finally {
    socket.destroy();
  }
}

/** The body as text, without the sizes of chunks. */
export function textOf({ head, body }: Answer): string {
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return body;
  let text = '';
  let rest = Buffer.from(body.slice('\r\n'.length));
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = parseInt(rest.toString('latin1', 0, line), 16);
    if (!(size > 0)) return text;
    text += rest.subarray(line + 2, line + 2 + size).toString();
    rest = rest.subarray(line + 2 + size + 2);
  }
}

/** The names of an answer's header fields, in lower case, sorted. */
export function fieldNames({ head }: Answer): string[] {
  const lines = head.split('\r\n').slice(1);
  return lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()).toSorted();
}

/** The value of a header field. */
export function fieldOf({ head }: Answer, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1];
}
