import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { createServer } from '../../lib/index.js';
import type { ServerOptions } from '../../lib/index.js';

/** A server that listens on a port of this machine. */
export interface Listening {
  readonly server: Server;
  readonly port: number;
}

/** For a `describe`: gives the function that starts servers of any application, all closed after each test. */
export function listening(): (app: Koa, options?: ServerOptions) => Promise<Listening> {
  const running: Server[] = [];

  afterEach(async () => {
    for (const server of running.splice(0)) {
      if (!server.listening) continue;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  });

  return async (app, options = {}) => {
    const server = createServer(app, options).listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.push(server);
    return { server, port: (server.address() as AddressInfo).port };
  };
}
