import type { IncomingMessage } from 'node:http';

/** The answer to an oversized body is read by a client that is still sending; this long it may go on, in milliseconds. */
const LINGER = 2000;

/**
 * Closes the connection of a request that was answered before its body had come whole. Reading on without end
 * is no duty; closing at once would take the answer from a client that still sends.
 */
export function closeUnlessComplete(req: IncomingMessage): void {
  if (!req.complete) setTimeout(() => req.complete || req.socket.destroy(), LINGER).unref();
}
