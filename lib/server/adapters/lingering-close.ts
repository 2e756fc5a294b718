import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

// The lingering close of RFC 9112, section 9.6: a connection ends in stages, so that the client gets to read the
// response that was sent to it while it still sends.

/** How long a connection may go on after an answer that ends it, in milliseconds, unless its server says otherwise. */
export const LINGER_MS = 2000;

/** For connections whose server sets it, in milliseconds. */
const lingerTimeouts = new WeakMap<Socket, number>();

/** The connections whose input is thrown away. */
const discarding = new WeakSet<Socket>();

/**
 * Sets how long a connection may go on after an answer that ends it, in milliseconds. The server of such a
 * connection also ends it in time where a request was answered before it had come whole.
 */
export function setLingerTimeout(socket: Socket, limit: number): void {
  lingerTimeouts.set(socket, limit);
}

/** Whether {@link discardInput} was called for the connection. */
export function isDiscarding(socket: Socket): boolean {
  return discarding.has(socket);
}

/** Takes a connection away from Node's parser: what comes on it from now on is no request, and is thrown away. */
export function discardInput(socket: Socket): void {
  discarding.add(socket);
  socket.removeAllListeners('data');
  // A listener of our own also ends the shortcut by which the parser gets its bytes without any.
  socket.on('data', () => undefined);
}

/**
 * Closes a connection so that the client gets to read what was sent to it: our half at once, and all of it when the
 * client has closed the other half, or the time is over, whatever it does until then.
 *
 * @see RFC 9112, section 9.6
 */
export function startLingeringClose(socket: Socket): void {
  if (socket.destroyed) return;
  discardInput(socket);
  const timer = setTimeout(() => socket.destroy(), lingerTimeouts.get(socket) ?? LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  const end = () =>
    socket.writableFinished ? socket.destroy() : socket.once('finish', () => socket.destroy());
  if (socket.readableEnded) end();
  else socket.once('end', end).resume();
  if (socket.writable) socket.end();
}

/**
 * A listener of a response's `finish`, in front of Node's own: where the request has not come whole, the connection
 * ends soon. Reading on without end is no duty; closing at once would take the answer from a client that still sends.
 */
function closeUnlessComplete(this: ServerResponse): void {
  const { req } = this;
  if (req.complete) return;
  // What was injected may have no connection, or something in its place.
  const socket = req.socket as Partial<Socket> | undefined;
  if (typeof socket?.destroy !== 'function') return;
  // Node calls this where the answer says that the connection closes, and would close it on what still comes.
  socket.destroySoon = () => startLingeringClose(req.socket);
  setTimeout(() => req.complete || req.socket.destroy(), LINGER_MS).unref();
}

/**
 * Ends the connection of a request soon that is answered before it has come whole, whichever server it came by. Of
 * HTTP/2 the stream alone ends.
 *
 * @param status - of the answer; after 413 nothing that comes is read as a request
 */
export function closeAfterEarlyResponse(req: IncomingMessage, res: ServerResponse, status: number): void {
  const { stream } = req as { readonly stream?: ServerHttp2Stream };
  if (stream !== undefined) {
    // Only the end of the whole stream is the `finish` of such a response; others than problems may take long.
    if (status >= 400 && !stream.endAfterHeaders)
      setTimeout(() => stream.destroyed || stream.close(), LINGER_MS).unref();
    return;
  }
  if (status === 413) res.shouldKeepAlive = false;
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  if ((length === undefined && coding === undefined) || lingerTimeouts.has(req.socket)) return;
  res.prependListener('finish', closeUnlessComplete);
}
