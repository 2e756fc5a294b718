// Peers that have no types of their own, as far as they are used.

declare module '@koa/etag' {
  import type { Middleware } from 'koa';
  export default function etag(): Middleware;
}

declare module 'koa-conditional-get' {
  import type { Middleware } from 'koa';
  export default function conditional(): Middleware;
}

declare module 'fortune' {
  interface Fortune {
    create(type: string, records: readonly object[]): Promise<unknown>;
  }
  export default function fortune(types: Readonly<Record<string, object>>): Fortune;
}

declare module 'fortune-http' {
  import type { Fortune } from 'fortune';
  import type { IncomingMessage, ServerResponse } from 'node:http';
  type Listener = (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;
  export default function fortuneHttp(store: Fortune, options: { serializers: unknown[] }): Listener;
}

declare module 'fortune-json-api' {
  const serializer: unknown;
  export default serializer;
}

declare module 'jsonapi-server' {
  interface Joi {
    string(): unknown;
    number(): unknown;
  }
  interface Request {
    params: { type: string; id: string };
  }
  type Done = (error: object | null, result?: unknown, count?: number) => void;
  interface Handlers {
    ready: boolean;
    find(request: Request, done: Done): void;
    search(request: Request, done: Done): void;
  }
  interface Resource {
    resource: string;
    handlers: Handlers;
    attributes: Record<string, unknown>;
  }
  const jsonApi: {
    Joi: Joi;
    setConfig(config: { port: number; graphiql: boolean }): void;
    define(resource: Resource): void;
    start(): void;
  };
  export default jsonApi;
}

declare module '*/dist/spec/postgres.js' {
  export function postgresBinaries(): string | undefined;
  export function startPostgres(settings: { fsync: boolean }): Promise<{
    database(): Promise<string>;
    query(sql: string): Promise<Record<string, unknown>[]>;
    dispose(): Promise<void>;
  }>;
}
