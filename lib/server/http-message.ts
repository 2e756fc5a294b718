import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { isUriText } from '../resource/tree.js';

/** A request as an adapter hands it to the server. */
export interface HttpRequest {
  readonly req: IncomingMessage;
  /** Tells when the client is gone; nothing is sent by it. */
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

/** A response as the server hands it to an adapter, which sends it. */
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

/** Most characters that the target of a request may have. */
export const MAX_TARGET_LENGTH: number = 8 * 1024;

/** Segments with characters that a URI may hold, and none that is lost, or begins an authority, once it is resolved. */
const MOUNT = /^(?:\/(?!(?:\.|%2e){1,2}(?:\/|$))[\w.~!$&'()*+,;=:@%-]+)+$/i;

/** Whether a prefix, without a trailing slash, can stand before the paths that an API shows. */
export function isMount(mount: string): boolean {
  return MOUNT.test(mount) && isUriText(mount);
}
