import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from './connections.js';

export interface DrainOptions {
  /**
   * How long the server goes on taking requests, in milliseconds, while `/health/ready` says that it is
   * stopping: time for load balancers to notice. Default 0.
   */
  readonly grace?: number | undefined;
}

/** How often connections that have fallen idle are looked for, in milliseconds. */
const IDLE_CHECK = 20;

/**
 * Stops a server without cutting an answer short: readiness turns 503, answers tell clients to close their
 * connections, and after the grace period the server takes no more connections, answers what is in
 * flight, and closes connections as they fall idle.
 *
 * @param limit - how long that may take once the grace period is over, in milliseconds; what is still open
 *   then is closed
 * @returns how many connections were closed at the limit, in the middle of a request
 */
export async function drain(
  server: Server,
  limit: number,
  { grace = 0 }: DrainOptions = {},
): Promise<number> {
  const connections = Connections.of(server);
  connections.leave();
  if (grace > 0) await sleep(grace);

  let cut = 0;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.closeSilent();
  // A connection whose answer had begun before falls idle later, and would stay open for another request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  const late = setTimeout(() => {
    server.getConnections((_, count) => {
      cut = count;
      server.closeAllConnections();
    });
  }, limit);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  return cut;
}
