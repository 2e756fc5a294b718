import type { CheckOptions } from '../../lib/check/index.js';
import type { Asked, Fault, Reply } from './bad-server.js';
import { isRead } from './serve-document.js';

/** What is to be found: check, rule, path and query of the IRI, JSON Pointer. */
export type Expected = readonly [check: string, rule: string, target: string, pointer?: string];

/** A fault that is put into the API, and every finding that it leads to. */
export interface Seeded {
  readonly name: string;
  readonly finds: readonly Expected[];
  readonly fault: Fault;
  readonly options?: CheckOptions | ((origin: string) => CheckOptions);
}

export interface ShojiDocument {
  self?: unknown;
  element?: unknown;
  catalogs: Record<string, unknown>;
  views: Record<string, unknown>;
  entities: unknown[];
  body: Record<string, unknown>;
  fragments: Record<string, unknown>;
}

/** Changes answers to GET and HEAD of one target. */
export const reading =
  (target: string, change: (reply: Reply, asked: Asked) => void): Fault =>
  (reply, asked) => {
    if (isRead(asked) && asked.target === target) change(reply, asked);
  };

/** Changes answers to GET and HEAD of one target that succeed. */
export const ok = (target: string, change: (reply: Reply, asked: Asked) => void): Fault =>
  reading(target, (reply, asked) => {
    if (reply.status === 200) change(reply, asked);
  });

export const setBody = (reply: Reply, body: string | Buffer) => {
  reply.body = body;
  reply.headers['content-length'] = String(Buffer.byteLength(body));
};

/** Changes the document of one target, wherever it is shown. */
export const editing = (target: string, edit: (document: ShojiDocument) => void): Fault =>
  ok(target, (reply) => {
    const document = JSON.parse(String(reply.body)) as ShojiDocument;
    edit(document);
    setBody(reply, JSON.stringify(document));
  });

export const linking = (href: string): Fault =>
  editing('/', ({ catalogs }) => {
    catalogs['other'] = href;
  });

export const answering =
  (target: string, status: number, headers: Reply['headers'] = {}): Fault =>
  (reply, asked) => {
    if (isRead(asked) && asked.target === target) {
      Object.assign(reply, { status, headers: { 'content-length': '0', ...headers }, body: '' });
    }
  };

export const both =
  (...faults: readonly Fault[]): Fault =>
  (reply, asked) => {
    for (const fault of faults) fault(reply, asked);
  };

/** Changes answers to one method of one target. */
export const asking =
  (method: string, target: string, change: (reply: Reply, asked: Asked) => void): Fault =>
  (reply, asked) => {
    if (asked.method === method && asked.target === target) change(reply, asked);
  };

export const tagged = (target: string, tag: string, change: (reply: Reply) => void): Fault =>
  asking('GET', target, (reply, { headers }) => {
    if (headers['if-none-match']?.startsWith(tag) === true) change(reply);
  });

export const unmodified = (target: string, change: (reply: Reply) => void): Fault =>
  reading(target, (reply) => {
    if (reply.status === 304) change(reply);
  });

export const image = (target: string, change: (reply: Reply) => void): Fault =>
  asking('GET', target, (reply, { headers }) => {
    if (headers.accept === 'image/png') change(reply);
  });

export const A = '/items/a/';

export const writing = (origin: string): CheckOptions => ({ write: { catalog: `${origin}/items/` } });
