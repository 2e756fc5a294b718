import { once } from 'node:events';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { createServer } from '../../lib/index.js';
import type { Api } from '../../lib/index.js';
import { http2Behind } from './http2-front.js';

/** An API that answers on a port of this machine. */
export interface Serving {
  readonly port: number;
  /** `http://127.0.0.1:` and the port. */
  readonly origin: string;
  /** What failed on the server's side. */
  readonly errors: Error[];
}

/** Puts an API into an application; the default is the usual way. */
export type Mount = (app: Koa, api: Api) => void;

/** Gives what is known of a request by its header fields, as `ctx.state` and the listener's `state`. */
export type StateOf = (headers: IncomingHttpHeaders) => Readonly<Record<string, unknown>>;

/** The adapters of an API: what holds through one holds through the other. */
export const ADAPTERS: Readonly<Record<string, (app: Koa, api: Api, stateOf?: StateOf) => void>> = {
  Koa: (app, api, stateOf = () => ({})) => {
    app.use((ctx, next) => {
      Object.assign(ctx.state, stateOf(ctx.req.headers));
      return next();
    });
    usual(app, api);
  },
  'api.listener()': (app, api, stateOf = () => ({})) => {
    const listener = api.listener({
      state: ({ headers }) => stateOf(headers),
      onError: (error) => app.emit('error', error),
    });
    app.use((ctx) => {
      ctx.respond = false;
      listener(ctx.req, ctx.res);
    });
  },
};

/** Whether applications are served over HTTP/2; see over-http2.spec.ts. */
const OVER_HTTP2 = process.env['SERVE'] === 'http2';

const usual: Mount = (app, api) => app.use(api.routes()).use(api.allowedMethods());

/**
 * For a `describe`: gives the function that starts servers, all of which are closed after each test.
 */
export function serving(): (api: Api, mount?: Mount) => Promise<Serving> {
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

  return async (api, mount = usual) => {
    const app = new Koa();
    const errors: Error[] = [];
    app.on('error', (error: Error) => errors.push(error));
    mount(app, api);
    const server = (OVER_HTTP2 ? await http2Behind(app) : createServer(app)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.push({ server, api });
    const { port } = server.address() as AddressInfo;
    return { port, origin: `http://127.0.0.1:${port}`, errors };
  };
}

/**
 * Runs the same tests through each adapter.
 *
 * @param tests - declares them; the function that it is given serves an API until the test ends
 */
export function onEveryAdapter(
  title: string,
  tests: (serve: (api: Api, stateOf?: StateOf) => Promise<Serving>) => void,
): void {
  for (const [name, mount] of Object.entries(ADAPTERS)) {
    describe(`${title}, by ${name}`, () => {
      const serve = serving();
      tests((api, stateOf) => serve(api, (app) => mount(app, api, stateOf)));
    });
  }
}
