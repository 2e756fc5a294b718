import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A response as it came over the socket. */
export interface RawResponse {
  readonly status: number;
  /** By lower-case name; of a repeated field, all values with commas between. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes after the header, as they came. */
  readonly text: string;
  /** Whether the server closed the connection. */
  readonly closed: boolean;
  /** Everything that came, the bytes of further responses too. */
  readonly all: string;
}

export interface RawOptions {
  /** Read until the server closes, and not only until one response is whole. Default false. */
  readonly untilClose?: boolean;
  /** In milliseconds. Default 60,000. */
  readonly timeout?: number;
}

/** What to send: bytes, or a function that writes to the socket as it likes. */
export type Sent = string | Uint8Array | ((socket: Socket) => void);

/**
 * Sends bytes as they are and reads the response to them, for requests that no client would make.
 *
 * @throws {Error} where nothing, or no whole response, has come within the time
 */
export function raw(
  port: number,
  sent: Sent,
  { untilClose = false, timeout = 60_000 }: RawOptions = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => {
      finish();
      reject(
        new Error(
          `no whole response within ${timeout} ms; came: ${JSON.stringify(received.toString('latin1'))}`,
        ),
      );
    }, timeout);
    const finish = () => {
      clearTimeout(timer);
      socket.removeAllListeners('data');
      socket.destroy();
    };
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const response = parse(received, false);
      if (untilClose || response === undefined || !isWhole(response)) return;
      finish();
      resolve(response);
    });
    // What the server resets after it has answered is an end like any other.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      finish();
      const response = parse(received, true);
      if (response === undefined) reject(new Error('the connection was closed without a response'));
      else resolve(response);
    });
    if (typeof sent === 'function') sent(socket);
    else socket.write(sent);
  });
}

/** The text of a request; `Host` and `Connection: close` are there unless fields say otherwise. */
export function requestText(line: string, fields: readonly string[] = [], body = ''): string {
  const named = (name: string) => fields.some((field) => field.toLowerCase().startsWith(`${name}:`));
  const all = [
    ...(named('host') ? [] : ['Host: test']),
    ...(named('connection') ? [] : ['Connection: close']),
    ...fields,
  ];
  return `${line} HTTP/1.1\r\n${all.map((field) => `${field}\r\n`).join('')}\r\n${body}`;
}

function parse(received: Buffer, closed: boolean): RawResponse | undefined {
  const all = received.toString('utf8');
  // Interim responses stand before the one that counts.
  const text = all.replace(/^(?:HTTP\/1\.1 1\d\d [^]*?\r\n\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...fields] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    const value = field.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(line.split(' ')[1]), headers, text: text.slice(end + 4), closed, all };
}

function isWhole({ status, headers, text }: RawResponse): boolean {
  if (status === 204 || status === 304) return true;
  if (headers['transfer-encoding'] !== undefined) return text.endsWith('0\r\n\r\n');
  return Buffer.byteLength(text) >= Number(headers['content-length'] ?? Infinity);
}
