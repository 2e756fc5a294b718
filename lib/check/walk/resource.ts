import { createHash } from 'node:crypto';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { resolveIri } from '../../protocol/iri/resolve.js';
import { decodeUtf8 } from '../../protocol/json/utf8.js';
import { isObject } from '../../protocol/json/values.js';
import { validateText } from '../../protocol/validate.js';
import type { Validation } from '../../protocol/validate.js';
import { isJsonType, readContentType } from '../checks/fields.js';
import type { Answer, Client, Outcome } from '../exchange.js';
import type { ResourceKind } from '../survey.js';
import { canonicalIri } from './canonical-iri.js';
import { isAlive } from './known-resource.js';
import type { KnownResource } from './known-resource.js';
import { NoAnswer } from './no-answer.js';
import { scalarOf, scalarsOf, tuplesOf } from './scalars.js';

/** What the link promises that a resource was found by: a document, a value, or anything at all. */
export type Expected = 'document' | 'value' | 'any';

/** How a resource was found, and how to judge it. */
export interface ResourceOptions {
  readonly depth: number;
  readonly expected: Expected;
  readonly dialect: Dialect | 'auto';
  /** Whether requests carry fields of the user's, such as tokens, which TRACE does not. */
  readonly isPrivileged: boolean;
}

/** A resource that was fetched, for the checks to look at and to ask more of. */
export class Resource {
  readonly iri: string;
  readonly depth: number;
  readonly expected: Expected;
  /** Whether it was asked for with fields of the user's, without which it may not be there. */
  readonly isPrivileged: boolean;
  readonly outcome: Outcome;
  /** The body as text; undefined where it is no UTF-8, or there is none. */
  readonly text: string | undefined;
  /** The body as JSON; undefined where it is none, or nests too deep. */
  readonly document: Json | undefined;
  /** What the protocol says of the document; undefined without a text. */
  readonly validation: Validation | undefined;
  readonly kind: ResourceKind;
  readonly #client: Client;
  readonly #asked = new Map<string, Promise<Outcome>>();

  private constructor(iri: string, outcome: Outcome, client: Client, options: ResourceOptions) {
    this.iri = iri;
    this.depth = options.depth;
    this.expected = options.expected;
    this.isPrivileged = options.isPrivileged;
    this.outcome = outcome;
    this.#client = client;
    if (outcome.type === 'answer' && isAlive(this) && outcome.body.length > 0) {
      this.text = decodeUtf8(outcome.body);
    }
    if (this.text !== undefined) {
      const { dialect } = options;
      const value = this.expected === 'value' && dialect !== 'crunch';
      this.validation = validateText(this.text, { dialect, value });
      this.document = readDocument(this.text, this.validation);
    }
    this.kind = kindOf(this.document, this.validation);
  }

  /** Fetches a resource the way a client of Shoji would, and follows redirects. */
  static async fetch(iri: string, client: Client, options: ResourceOptions): Promise<Resource> {
    const outcome = await client.follow({ method: 'GET', iri, headers: { accept: ACCEPT } });
    return new Resource(iri, outcome, client, options);
  }

  /** The answer to GET, where it is 2xx and no redirect led to it. */
  get answer(): Answer | undefined {
    const { outcome } = this;
    return outcome.type === 'answer' && isAlive(this) && outcome.redirects.length === 0 ? outcome : undefined;
  }

  /** The document where it is a Shoji document of whatever kind. */
  get shoji(): JsonObject | undefined {
    return this.kind !== 'value' && isObject(this.document) ? this.document : undefined;
  }

  /** What the references of the document are resolved against; its IRI, unless `self` says otherwise. */
  get base(): string {
    const self = this.shoji?.['self'];
    return typeof self === 'string' ? resolveIri(self, this.outcome.iri) : this.outcome.iri;
  }

  /** Whether it is something else than JSON that `urls` lead to, such as a page for people. */
  get isPage(): boolean {
    if (this.expected !== 'any' || this.outcome.type === 'failure') return false;
    const type = readContentType(this.outcome.headers.get('content-type') ?? '')?.type;
    return type !== undefined && !isJsonType(type);
  }

  /**
   * Asks with TRACE.
   *
   * @returns undefined where the connection is closed instead: some proxies refuse the method that way
   * @throws {NoAnswer} where there is no answer for another reason
   */
  async trace(): Promise<Answer | undefined> {
    try {
      return await this.ask('TRACE');
    } catch (error) {
      if (error instanceof NoAnswer && error.failure.reason === 'unreachable') return undefined;
      throw error;
    }
  }

  /**
   * Asks for more of this resource, or of another. What was asked already is not asked again.
   *
   * @throws {NoAnswer} where there is none
   */
  async ask(
    method: string,
    headers: Readonly<Record<string, string>> = {},
    iri: string = this.iri,
  ): Promise<Answer> {
    const withAccept = { accept: ACCEPT, ...headers };
    const key = JSON.stringify([method, iri, withAccept]);
    const asked = this.#asked.get(key) ?? this.#client.send({ method, iri, headers: withAccept });
    this.#asked.set(key, asked);
    const outcome = await asked;
    if (outcome.type === 'failure') throw new NoAnswer(method, outcome);
    return outcome;
  }

  /**
   * Fetches another IRI, and follows its redirects.
   *
   * @throws {NoAnswer} where there is no answer
   */
  async find(iri: string): Promise<Answer> {
    const outcome = await this.#client.follow({ method: 'GET', iri, headers: { accept: ACCEPT } });
    if (outcome.type === 'failure') throw new NoAnswer('GET', outcome);
    return outcome;
  }

  /** What is kept of the resource. */
  known(): KnownResource {
    const { iri, depth, kind, outcome, document, shoji } = this;
    const title = shoji?.['title'];
    const self = shoji?.['self'];
    return {
      iri,
      depth,
      kind,
      outcome: outcome.type === 'answer' ? { ...outcome, body: NOTHING } : outcome,
      title: typeof title === 'string' ? title : undefined,
      self: typeof self === 'string' ? canonicalIri(this.base) : undefined,
      isSelfOwn: typeof self === 'string' && /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(self),
      digest: outcome.type === 'answer' ? createHash('sha256').update(outcome.body).digest('hex') : undefined,
      scalars: isObject(document) ? scalarsOf(document['body']) : {},
      value: scalarOf(document),
      tuples: shoji === undefined ? new Map() : tuplesOf(shoji['index'], this.base),
    };
  }
}

/** Prefers Shoji's own media types, and takes whatever there is: what it is, is for a check to say. */
const ACCEPT = 'application/shoji+json, application/shoji;q=0.9, application/json;q=0.8, */*;q=0.1';

const NOTHING = new Uint8Array();

const UNREADABLE: ReadonlySet<string> = new Set(['empty', 'malformed-json', 'too-deep']);

function readDocument(text: string, { findings }: Validation): Json | undefined {
  return findings.some(({ rule }) => UNREADABLE.has(rule)) ? undefined : (JSON.parse(text) as Json);
}

function kindOf(document: Json | undefined, validation: Validation | undefined): ResourceKind {
  if (document === undefined) return 'unknown';
  if (!isObject(document)) return 'value';
  switch (document['element']) {
    case 'shoji:catalog':
      return 'catalog';
    case 'shoji:entity':
      return 'entity';
    case 'shoji:view':
      return validation?.dialect === 'crunch' ? 'view' : 'value';
    case 'shoji:order':
      return validation?.dialect === 'crunch' ? 'order' : 'value';
    default:
      return 'value';
  }
}
