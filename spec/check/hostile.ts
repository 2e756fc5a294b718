import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A request as a hostile server reads it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a hostile server does with a request: it writes to the socket what it likes, or nothing. */
export type Behaviour = (socket: Socket, request: SeenRequest) => void;

/** A server over plain sockets, which is not kept from sending anything. */
export interface HostileServer {
  readonly port: number;
  /** `http://127.0.0.1:` and the port. */
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** How many connections were made to it. */
  readonly connections: number;
}

/** Counts who connects to it, and answers `I am the canary`. */
export interface Canary {
  /** The same on each address that it listens at. */
  readonly port: number;
  readonly connections: number;
}

/**
 * For a `describe`: gives the function that starts hostile servers, all of which are closed after each test.
 *
 * @example
 * const hostile = hostileServers();
 * const { origin } = await hostile((socket) => socket.write('220 smtp.example ESMTP\r\n'));
 */
export function hostileServers(): (behaviour: Behaviour) => Promise<HostileServer> {
  const listen = listening();
  return async (behaviour) => {
    const requests: SeenRequest[] = [];
    let connections = 0;
    const port = await listen('127.0.0.1', 0, (socket) => {
      connections += 1;
      readRequests(socket, (request) => {
        requests.push(request);
        behaviour(socket, request);
      });
    });
    return {
      port,
      origin: `http://127.0.0.1:${port}`,
      requests,
      get connections() {
        return connections;
      },
    };
  };
}

/**
 * For a `describe`: gives the function that starts canaries. Each listens at 127.0.0.1 and, where the machine
 * has it, at ::1.
 *
 * @param at - another address, and perhaps a port
 */
export function canaries(): (at?: { host: string; port?: number }) => Promise<Canary> {
  const listen = listening();
  return async (at) => {
    let connections = 0;
    const count = (socket: Socket) => {
      connections += 1;
      socket.end(answer('200 OK', ['Connection: close'], 'I am the canary'));
    };
    const port = await listen(at?.host ?? '127.0.0.1', at?.port ?? 0, count);
    if (at === undefined) await listen('::1', port, count).catch(() => undefined);
    return {
      port,
      get connections() {
        return connections;
      },
    };
  };
}

/** The text of an answer; Content-Length is there unless the fields say how long the body is. */
export function answer(status: string, fields: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const said = fields.some((field) => /^(?:content-length|transfer-encoding):/i.test(field));
  const all = said ? fields : [...fields, `Content-Length: ${Buffer.byteLength(body)}`];
  const head = `HTTP/1.1 ${status}\r\n${all.map((field) => `${field}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

/** Writes a piece again and again, as fast as it is read, until the client has had enough. */
export function pour(socket: Socket, piece: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

/** Writes a text byte after byte, and at its end begins anew. */
export function drip(socket: Socket, text: string): void {
  let next = 0;
  const timer = setInterval(() => {
    socket.write(text.charAt(next % text.length));
    next += 1;
  }, 20);
  socket.on('close', () => clearInterval(timer));
}

function listening(): (host: string, port: number, accept: (socket: Socket) => void) => Promise<number> {
  const running: { server: Server; sockets: Set<Socket> }[] = [];

  afterEach(async () => {
    for (const { server, sockets } of running.splice(0)) {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    }
  });

  return async (host, port, accept) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      // A client that breaks off is what these servers are for.
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      accept(socket);
    });
    server.listen(port, host);
    await once(server, 'listening');
    running.push({ server, sockets });
    return (server.address() as AddressInfo).port;
  };
}

function readRequests(socket: Socket, handle: (request: SeenRequest) => void): void {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    for (let request = takeRequest(); request !== undefined; request = takeRequest()) handle(request);
  });

  function takeRequest(): SeenRequest | undefined {
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [line = '', ...fields] = received.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      fields.map((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      }),
    );
    const whole = end + 4 + Number(headers['content-length'] ?? 0);
    if (received.length < whole) return undefined;
    const body = Buffer.from(received.slice(end + 4, whole), 'latin1').toString('utf8');
    received = received.slice(whole);
    const [method = '', target = ''] = line.split(' ');
    return { method, target, headers, body };
  }
}
