// Serves APIs, and counts what it does for that. Started by counting.ts, and ended by it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Front, Size } from './counted-apis.js';
import { startMeters } from './meters.js';
import type { Meters, Readings } from './meters.js';

/** What the process is asked for: to serve one more API, or to begin or end a count. */
export type Order =
  { readonly serve: Size } | { readonly meter: keyof Readings; readonly step: 'begin' | 'end' };

/** Where an API is served, by how requests come in. */
export type Ports = Readonly<Record<Front, number>>;

const meters: Meters = startMeters();
// What is loaded before the meters run is not counted.
const { FRONTS, serversOf, usersApi } = await import('./counted-apis.js');

/** In milliseconds. No connection that waits for its next request ends meanwhile: that would be counted too. */
const KEPT_ALIVE = 600_000;

async function serve(size: Size): Promise<Ports> {
  const servers = serversOf(await usersApi(size));
  const ports = FRONTS.map(async (front) => {
    const server = servers[front];
    server.keepAliveTimeout = KEPT_ALIVE;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return [front, (server.address() as AddressInfo).port] as const;
  });
  return Object.fromEntries(await Promise.all(ports)) as Ports;
}

/** The other side learns of it by the end of the process. */
function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

process.on('message', (order: Order) => {
  if ('serve' in order) serve(order.serve).then((ports) => process.send?.(ports), fail);
  // What the last request has left to be done is done before anything is read.
  else setImmediate(() => process.send?.(meters[order.meter][order.step]() ?? null));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
