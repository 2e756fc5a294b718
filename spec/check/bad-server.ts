import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a fault sees it. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

/** An answer before it is sent, which a fault may change. */
export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  body: string | Buffer;
  /** Written to the socket in the place of an answer. */
  raw?: string;
  /** Whether the answer never comes. */
  hangs?: boolean;
}

/** Breaks answers of an API that is right otherwise. */
export type Fault = (reply: Reply, asked: Asked) => void;

interface Documents {
  [path: string]: { document: unknown; methods?: readonly string[]; query?: readonly string[] };
}

/** A little Shoji API, written in plain HTTP: what it answers is right, unless a fault changes it. */
export class BadServer {
  /** Methods and targets, in the order in which they came. */
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #fault: Fault;
  readonly #items = new Map([
    ['a', { color: 'red', size: 3 }],
    ['b', { color: 'blue', size: 4 }],
  ] as [string, unknown][]);
  #created = 0;

  private constructor(fault: Fault) {
    this.#fault = fault;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(fault: Fault = () => undefined): Promise<BadServer> {
    const server = new BadServer(fault);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ids of the items that there are. */
  get items(): readonly string[] {
    return [...this.#items.keys()];
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #documents(): Documents {
    const documents: Documents = {
      '/': {
        document: {
          element: 'shoji:catalog',
          self: '/',
          title: 'Root',
          catalogs: { items: 'items/', 'items by color': 'items/{?color}' },
          views: { count: 'count', 'color of an item': 'items/{id}/color' },
        },
      },
      '/count': { document: this.#items.size },
      '/items/': {
        document: { element: 'shoji:catalog', self: '/items/', entities: this.items.map((id) => `${id}/`) },
        methods: ['POST'],
        query: ['color'],
      },
    };
    for (const [id, body] of this.#items) {
      documents[`/items/${id}/`] = {
        document: { element: 'shoji:entity', self: `/items/${id}/`, fragments: { color: 'color' }, body },
        methods: ['PUT', 'PATCH', 'DELETE'],
      };
      documents[`/items/${id}/color`] = { document: (body as { color: string }).color };
    }
    return documents;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: target = '', headers } = request;
    const asked = { method, target, headers };
    this.asked.push(asked);
    const reply = this.#reply(asked, Buffer.concat(chunks).toString());
    this.#fault(reply, asked);
    if (reply.hangs === true) return;
    if (reply.raw !== undefined) {
      response.socket?.end(reply.raw);
      return;
    }
    const bytes = Buffer.from(reply.body);
    const fields = Object.entries(reply.headers).filter(([, value]) => value !== undefined);
    response.writeHead(reply.status, Object.fromEntries(fields) as Record<string, string>);
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  #reply(asked: Asked, sent: string): Reply {
    const { method, target, headers } = asked;
    const [path = '', query] = target.split('?');
    const found = this.#documents()[path];
    if (found === undefined) return problem(404, 'Not found');
    const methods = ['GET', 'HEAD', 'OPTIONS', ...(found.methods ?? [])];
    if (!methods.includes(method)) return problem(405, 'Method not allowed', { allow: methods.join(', ') });
    if (method === 'OPTIONS') {
      return {
        status: 204,
        headers: {
          allow: methods.join(', '),
          'accept-post': methods.includes('POST') ? 'application/shoji+json' : undefined,
          'accept-patch': methods.includes('PATCH') ? 'application/shoji+json' : undefined,
        },
        body: '',
      };
    }
    for (const name of new URLSearchParams(query).keys()) {
      if (found.query?.includes(name) !== true) return problem(400, 'Unknown variable');
    }
    const document = target === path ? found.document : this.#select(found.document as object, target);
    const reply = represent(document, headers.accept ?? '*/*');
    if (method === 'GET' || method === 'HEAD') return revalidate(reply, headers['if-none-match']);
    if (method === 'POST') return this.#create(sent, headers['content-type']);
    if (headers['if-match'] !== undefined && headers['if-match'] !== reply.headers['etag']) {
      return problem(412, 'Precondition failed');
    }
    return this.#write(method, path.split('/')[2] ?? '', sent, asked);
  }

  /** The catalog of the items that have the values which a query asks for. */
  #select(document: object, target: string): object {
    const { searchParams } = new URL(target, this.origin);
    const entities = [...this.#items]
      .filter(([, item]) => isMatch(item as Record<string, unknown>, searchParams))
      .map(([id]) => `${id}/`);
    return { ...document, self: target, entities };
  }

  #create(sent: string, type: string | undefined): Reply {
    if (type !== 'application/shoji+json') return problem(415, 'Unsupported media type');
    if (!isJson(sent)) return problem(400, 'No JSON');
    this.#created += 1;
    const id = `new${this.#created}`;
    this.#items.set(id, (JSON.parse(sent) as { body: unknown }).body);
    const path = `/items/${id}/`;
    const reply = represent(this.#documents()[path]?.document, '*/*');
    return { ...reply, status: 201, headers: { ...reply.headers, location: path } };
  }

  #write(method: string, id: string, sent: string, { target }: Asked): Reply {
    if (method === 'DELETE') {
      this.#items.delete(id);
      return { status: 204, headers: {}, body: '' };
    }
    const { body } = JSON.parse(sent) as { body: object };
    this.#items.set(id, method === 'PUT' ? body : { ...(this.#items.get(id) as object), ...body });
    return represent(this.#documents()[target]?.document, '*/*');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isMatch(item: Readonly<Record<string, unknown>>, wanted: URLSearchParams): boolean {
  return [...wanted].every(([name, value]) => String(item[name]) === value);
}

function represent(document: unknown, accept: string): Reply {
  const isDocument = typeof document === 'object';
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim());
  const offered = isDocument ? ['application/shoji+json', 'application/json'] : ['application/json'];
  const type = offered.find((one) => types.includes(one)) ?? (types.includes('*/*') ? offered[0] : undefined);
  // What asks for Shoji alone takes a value too: there is no Shoji in it.
  if (type === undefined && types.includes('image/png')) {
    return problem(406, 'Not acceptable', { vary: 'Accept' });
  }
  return jsonReply(200, document, type ?? 'application/json', { vary: 'Accept' });
}

function jsonReply(status: number, document: unknown, type: string, headers: Reply['headers']): Reply {
  const body = JSON.stringify(document);
  const etag = `"${createHash('sha256').update(type).update(body).digest('base64url').slice(0, 12)}"`;
  const length = String(Buffer.byteLength(body));
  return { status, headers: { 'content-type': type, 'content-length': length, etag, ...headers }, body };
}

function problem(status: number, title: string, headers: Reply['headers'] = {}): Reply {
  const type = 'application/problem+json';
  return jsonReply(status, { type: 'about:blank', title, status }, type, { ...headers, etag: undefined });
}

function revalidate(reply: Reply, ifNoneMatch: string | undefined): Reply {
  const { etag, vary } = reply.headers;
  if (reply.status !== 200 || ifNoneMatch === undefined || etag === undefined) return reply;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(etag) && !tags.includes('*')) return reply;
  return { status: 304, headers: { etag, vary }, body: '' };
}
