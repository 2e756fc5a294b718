import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { createServer } from 'koa-shoji';
import type { IriMap, Json } from '../../lib/protocol/documents.js';
import { UriTemplate } from '../../lib/protocol/uri-template/uri-template.js';
import type { TemplateValues } from '../../lib/protocol/uri-template/uri-template.js';

/** Starts an application on a port of its own. */
export async function listen(app: Koa): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** What a document says, whichever of its members it has. */
export interface Document {
  readonly element?: string;
  readonly self?: string;
  readonly title?: string;
  readonly description?: string;
  readonly updated?: string;
  readonly catalogs?: IriMap;
  readonly fragments?: IriMap;
  readonly views?: IriMap;
  readonly entities?: readonly string[];
  readonly body?: Readonly<Record<string, Json>>;
  /** Of a problem document. */
  readonly type?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly rule: string }[];
}

export interface Reply {
  /** What was asked for, without redirects. */
  readonly iri: string;
  readonly status: number;
  readonly headers: Headers;
  readonly type: string | undefined;
  readonly allow: readonly string[];
  readonly json: Json;
  readonly document: Document;
}

/** A step from one document to the next: the name of a link, or that with values for its template. */
export type Step = string | readonly [name: string, values: TemplateValues];

/** A client that knows one IRI, and otherwise finds its way by the names of links. */
export class Client {
  readonly #origin: string;
  readonly #token: string | undefined;

  constructor(origin: string, token?: string) {
    this.#origin = origin;
    this.#token = token;
  }

  get(iri: string): Promise<Reply> {
    return this.send('GET', iri);
  }

  async send(
    method: string,
    iri: string,
    content?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(new URL(iri, this.#origin), {
      method,
      redirect: 'manual',
      headers: {
        ...(this.#token !== undefined && { Authorization: `Bearer ${this.#token}` }),
        ...(content !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: JSON.stringify(content) }),
    });
    const text = await response.text();
    const json = text === '' ? null : (JSON.parse(text) as Json);
    return {
      iri: response.url,
      status: response.status,
      headers: response.headers,
      type: response.headers.get('Content-Type')?.split(';')[0],
      allow: (response.headers.get('Allow') ?? '').split(', '),
      json,
      document: (typeof json === 'object' && !Array.isArray(json) ? json : {}) as Document,
    };
  }

  /** Sends an entity document with this body. */
  sendBody(method: string, iri: string, body: object, headers?: Record<string, string>): Promise<Reply> {
    return this.send(method, iri, { element: 'shoji:entity', body }, headers);
  }

  /** Changes several entities of a catalog as one: those that are null here are removed. */
  sendIndex(
    catalog: string,
    index: Readonly<Record<string, object | null>>,
    etags?: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    return this.send('PATCH', catalog, { element: 'shoji:catalog', index, ...(etags && { etags }) });
  }

  async allowed(iri: string): Promise<readonly string[]> {
    const { status, allow } = await this.send('OPTIONS', iri);
    assert.equal(status, 204, `OPTIONS ${iri}`);
    return allow;
  }

  /** The IRI that link names lead to, from the root or from another document. */
  async find(steps: readonly Step[], from = '/'): Promise<string> {
    let iri = new URL(from, this.#origin).href;
    for (const step of steps) {
      const [name, values] = typeof step === 'string' ? [step, {}] : step;
      const { status, document } = await this.get(iri);
      assert.equal(status, 200, `GET ${iri}`);
      const href = linksOf(document)[name];
      assert.ok(href !== undefined, `${iri} has no link ${JSON.stringify(name)}`);
      iri = new URL(UriTemplate.parse(href).expand(values), iri).href;
    }
    return iri;
  }

  /** What link names lead to. */
  async follow(...steps: readonly Step[]): Promise<Reply> {
    return this.get(await this.find(steps));
  }

  /** The IRIs of a catalog's entities, page by page. */
  async *pages(first: string): AsyncGenerator<readonly string[]> {
    for (let next: string | undefined = first; next !== undefined;) {
      const { status, iri, document } = await this.get(next);
      assert.equal(status, 200, iri);
      yield (document.entities ?? []).map((reference) => new URL(reference, iri).href);
      const link = document.catalogs?.['next'];
      next = link === undefined ? undefined : new URL(link, iri).href;
    }
  }

  /** The IRIs of a catalog's entities, of those that its document lists. */
  async entities(...steps: readonly Step[]): Promise<readonly string[]> {
    const { iri, document } = await this.follow(...steps);
    return (document.entities ?? []).map((reference) => new URL(reference, iri).href);
  }
}

/** One member of a document's body, which is a string. */
export function textIn({ body }: Document, member: string): string {
  const value = body?.[member];
  assert.equal(typeof value, 'string', member);
  return value as string;
}

/** All links of a document by name, of whichever map. */
export function linksOf({ catalogs, fragments, views }: Document): IriMap {
  return { ...catalogs, ...fragments, ...views };
}
