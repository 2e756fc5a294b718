import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const known = new WeakMap<Server, Connections>();
const leaving = new WeakSet<Socket>();

/** Whether the server of a connection is being stopped. */
export function isLeaving(socket: Socket): boolean {
  return leaving.has(socket);
}

/** The open connections of one server, and what is being answered on each. */
export class Connections {
  /** The last response that was begun on each connection; those before it are sent first. */
  readonly #responses = new Map<Socket, ServerResponse | undefined>();
  /** When a response was first seen to have been sent before its request had come whole. */
  readonly #early = new WeakMap<ServerResponse, number>();
  #leaving = false;

  /** Those of a server, from now on where they are asked for the first time. */
  static of(server: Server): Connections {
    const before = known.get(server);
    if (before !== undefined) return before;
    const connections = new Connections(server);
    server.prependListener('request', (req: IncomingMessage, res: ServerResponse) =>
      connections.answer(req, res),
    );
    return connections;
  }

  /** Those of a server whose one listener tells each request to {@link answer}: two listeners cost more than one. */
  static toldOf(server: Server): Connections {
    return new Connections(server);
  }

  private constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#responses.set(socket, undefined);
      socket.once('close', () => this.#responses.delete(socket));
      if (this.#leaving) leaving.add(socket);
    });
    known.set(server, this);
  }

  /**
   * Notes that a request is about to be answered.
   *
   * @returns whether it may be: nothing that comes after a request whose answer closes the connection is carried out
   * @see RFC 9112, section 9.6
   */
  answer({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const before = this.#responses.get(socket);
    if (before !== undefined && (!before.shouldKeepAlive || !before.writableFinished) && closes(before)) {
      return false;
    }
    this.#responses.set(socket, response);
    if (!this.#leaving) return true;
    leaving.add(socket);
    response.shouldKeepAlive = false;
    return true;
  }

  /** The response that is not yet sent to its end, if there is one. */
  answering(socket: Socket): ServerResponse | undefined {
    const response = this.#responses.get(socket);
    return response === undefined || response.writableFinished ? undefined : response;
  }

  /** Whether the last request was answered before it had come whole. */
  answeredEarly(socket: Socket): boolean {
    const response = this.#responses.get(socket);
    return response !== undefined && response.writableFinished && !response.req.complete;
  }

  /** Whether the last response that was begun says that it is the final one. */
  isFinal(socket: Socket): boolean {
    const response = this.#responses.get(socket);
    return response !== undefined && saysClose(response);
  }

  /**
   * Closes the connections whose last request was answered, and is still coming, so many milliseconds after this was
   * first seen here: a look at all of them now and then costs less than one at each answer.
   */
  closeEarly(limit: number): void {
    const now = performance.now();
    for (const [socket, response] of this.#responses) {
      if (response === undefined || !this.answeredEarly(socket)) continue;
      const since = this.#early.get(response);
      if (since === undefined) this.#early.set(response, now);
      if (now - (since ?? now) >= limit) socket.destroy();
    }
  }

  /** From now on every answer closes its connection, where its header can still say so. */
  leave(): void {
    this.#leaving = true;
    for (const [socket, response] of this.#responses) {
      leaving.add(socket);
      if (response !== undefined && !response.headersSent) response.shouldKeepAlive = false;
    }
  }

  /** Closes the connections on which nothing ever came, such as browsers open in advance: Node waits for them. */
  closeSilent(): void {
    for (const socket of this.#responses.keys()) if (socket.bytesRead === 0) socket.destroy();
  }
}

/** Whether a response ends its connection, as far as that is known yet. */
function closes(response: ServerResponse): boolean {
  if (!response.shouldKeepAlive) return true;
  // Of what is sent to its end, Node has closed the connection already.
  return !response.writableFinished && saysClose(response);
}

function saysClose(response: ServerResponse): boolean {
  return !response.shouldKeepAlive || /\bclose\b/i.test(String(response.getHeader('connection') ?? ''));
}
