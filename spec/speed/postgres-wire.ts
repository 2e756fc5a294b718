import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Types of messages, as their first bytes. */
const PARSE = 0x50;
const BIND = 0x42;
const QUERY = 0x51;

/**
 * Stands between clients and a PostgreSQL server, and notes what is executed there, in the order in which it is
 * sent.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class PostgresWire {
  /** The text of each statement. */
  readonly statements: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  /** @param url - of the server's database */
  static async to(url: string): Promise<PostgresWire> {
    const wire = new PostgresWire(new URL(url));
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  /** Of the same database, by way of this. */
  get url(): string {
    const url = new URL(this.#target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** What is executed while something is done. */
  async during(work: () => Promise<unknown>): Promise<readonly string[]> {
    this.statements.length = 0;
    await work();
    return [...this.statements];
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const messages = new ClientMessages((text) => this.statements.push(text));
    client.on('data', (bytes) => messages.read(bytes));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
  }
}

/** What a client says on one connection. */
class ClientMessages {
  readonly #execute: (text: string) => void;
  readonly #prepared = new Map<string, string>();
  #unread = Buffer.alloc(0);
  /** The first message has no type. */
  #isStarted = false;

  constructor(execute: (text: string) => void) {
    this.#execute = execute;
  }

  read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const start = this.#isStarted ? 1 : 0;
      if (this.#unread.length < start + 4) return;
      const end = start + this.#unread.readInt32BE(start);
      if (this.#unread.length < end) return;
      if (this.#isStarted) this.#take(this.#unread.readUInt8(0), this.#unread.subarray(start + 4, end));
      this.#isStarted = true;
      this.#unread = this.#unread.subarray(end);
    }
  }

  #take(type: number, body: Buffer): void {
    const [first = '', second = ''] = body.toString('latin1').split('\0');
    if (type === QUERY) this.#execute(first);
    // The name of the statement, and its text.
    if (type === PARSE) this.#prepared.set(first, second);
    // The name of the portal, and of the statement; each that is bound is executed once.
    if (type === BIND) this.#execute(this.#prepared.get(second) ?? '');
  }
}
