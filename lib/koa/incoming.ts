import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** One request, as far as the decision ladder looks at it; nothing in it is Koa's. */
export interface Incoming {
  readonly req: IncomingMessage;
  /** Looked at only to learn that the client is gone; nothing is sent by it. */
  readonly res: ServerResponse;
  readonly method: string;
  /** The path below the prefix that the API is mounted under; starts with `/`. */
  readonly path: string;
  /** The query without `?`, as received. */
  readonly query: string;
  /** The prefix that the API is mounted under, as received, without a trailing slash; `''` at the root. */
  readonly mount: string;
  /** What earlier middleware knows of the request. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** What the ladder decides to send. */
export interface HttpResponse {
  readonly status: number;
  /** Names of what is sent often are in lower case, as HTTP/2 has them all: Node need not make them so. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Text; a stream where it is too long to be held at once. A stream has to be read to its end or be
   * destroyed, also where nothing of it is sent because the method is HEAD.
   */
  readonly body?: string | Readable;
}
