import { once } from 'node:events';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { createServer } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';

/** What is known of a request by its header fields. */
export type StateOf = (headers: IncomingHttpHeaders) => Readonly<Record<string, unknown>>;

/** The ways that an API is served, with state and what is logged. */
const WAYS: Readonly<
  Record<string, (api: Api, stateOf: StateOf, log: (error: Error) => void) => Koa | RequestListener>
> = {
  Koa: (api, stateOf, log) => {
    const app = new Koa();
    app.on('error', log);
    app.use((ctx, next) => {
      Object.assign(ctx.state, stateOf(ctx.req.headers));
      return next();
    });
    return app.use(api.routes());
  },
  'a listener': (api, stateOf, log) =>
    api.listener({ state: ({ headers }) => stateOf(headers), onError: log }),
};

/** An API that is served. */
export interface Served {
  readonly port: number;
  /** `http://127.0.0.1:` and the port. */
  readonly origin: string;
  /** What failed on the server's side. */
  readonly errors: Error[];
}

export type Serve = (api: Api, stateOf?: StateOf) => Promise<Served>;

/**
 * Runs the same tests through Koa and without it.
 *
 * @param tests - declares them; the function that it is given serves an API until the test ends
 */
export function everyWay(title: string, tests: (serve: Serve) => void): void {
  for (const [way, listenerOf] of Object.entries(WAYS)) {
    describe(`${title} (by ${way})`, () => {
      const running: { server: Server; api: Api }[] = [];

      afterEach(async () => {
        for (const { server, api } of running.splice(0)) {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
          await api.stop();
        }
      });

      tests(async (api, stateOf = () => ({})) => {
        const errors: Error[] = [];
        const served = listenerOf(api, stateOf, (error) => errors.push(error));
        const server = createServer(served).listen(0, '127.0.0.1');
        await once(server, 'listening');
        running.push({ server, api });
        const { port } = server.address() as AddressInfo;
        return { port, origin: `http://127.0.0.1:${port}`, errors };
      });
    });
  }
}
