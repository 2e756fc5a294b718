import { createHash } from 'node:crypto';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { resolveIri } from '../../protocol/iri/resolve-iri.js';
import { decodeUtf8 } from '../../protocol/json/read.js';
import { isObject } from '../../protocol/json/values.js';
import type { TemplateScalar } from '../../protocol/uri-template/expand.js';
import { validateText } from '../../protocol/validate.js';
import type { Validation } from '../../protocol/validate.js';
import { isJsonType, readContentType } from '../checks/field-values.js';
import type { FetchFailure, FetchOutcome, FetchResponse, HttpClient } from '../client/fetch.js';
import { canonicalIri } from './canonical-iri.js';

/** The kind of document that a resource answers with; `unknown` where there is none. */
export type ResourceKind = 'catalog' | 'entity' | 'view' | 'order' | 'value' | 'unknown';

/** The kind that a link promises: a document, a value, or anything at all. */
export type ExpectedKind = 'document' | 'value' | 'any';

/** How a resource was found, and how to judge it. */
interface ResourceOptions {
  readonly depth: number;
  readonly expected: ExpectedKind;
  readonly dialect: Dialect | 'auto';
  /** Whether requests carry fields of the user's, such as tokens, which TRACE does not. */
  readonly isAuthorized: boolean;
}

/** A resource that was fetched: what `ofResource` of a {@link Check} gets to look at, and to request more of. */
export class VisitedResource {
  readonly iri: string;
  readonly depth: number;
  readonly expected: ExpectedKind;
  /** Whether it was asked for with fields of the user's, without which it may not be there. */
  readonly isAuthorized: boolean;
  readonly outcome: FetchOutcome;
  /** The body as text; undefined where it is no UTF-8, or there is none. */
  readonly text: string | undefined;
  /** The body as JSON; undefined where it is none, or nests too deep. */
  readonly document: Json | undefined;
  /** The verdict of `validate` on the document; undefined without a text. */
  readonly validation: Validation | undefined;
  readonly kind: ResourceKind;
  readonly #client: HttpClient;
  readonly #asked = new Map<string, Promise<FetchOutcome>>();

  private constructor(iri: string, outcome: FetchOutcome, client: HttpClient, options: ResourceOptions) {
    this.iri = iri;
    this.depth = options.depth;
    this.expected = options.expected;
    this.isAuthorized = options.isAuthorized;
    this.outcome = outcome;
    this.#client = client;
    if (outcome.type === 'response' && isAlive(this) && outcome.body.length > 0) {
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
  static async fetch(iri: string, client: HttpClient, options: ResourceOptions): Promise<VisitedResource> {
    const outcome = await client.follow({ method: 'GET', iri, headers: { accept: ACCEPT } });
    return new VisitedResource(iri, outcome, client, options);
  }

  /** The response to GET, where it is 2xx and no redirect led to it. */
  get response(): FetchResponse | undefined {
    const { outcome } = this;
    return outcome.type === 'response' && isAlive(this) && outcome.redirects.length === 0
      ? outcome
      : undefined;
  }

  /** The document where it is a Shoji document of whatever kind. */
  get shoji(): JsonObject | undefined {
    return this.kind !== 'value' && isObject(this.document) ? this.document : undefined;
  }

  /** The IRI that the document's references are resolved against: `self`, or where it was fetched from. */
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
   * Requests the resource with TRACE, which every resource should refuse.
   *
   * @returns undefined where the connection is closed instead: some proxies refuse the method that way
   * @throws {NoResponseError} where there is no answer for another reason
   */
  async trace(): Promise<FetchResponse | undefined> {
    try {
      return await this.request('TRACE');
    } catch (error) {
      if (error instanceof NoResponseError && error.failure.reason === 'unreachable') return undefined;
      throw error;
    }
  }

  /**
   * Requests more of this resource, or of another, without following redirects. The same request is sent once.
   *
   * @throws {NoResponseError} where there is no response
   */
  async request(
    method: string,
    headers: Readonly<Record<string, string>> = {},
    iri: string = this.iri,
  ): Promise<FetchResponse> {
    const withAccept = { accept: ACCEPT, ...headers };
    const key = JSON.stringify([method, iri, withAccept]);
    const asked = this.#asked.get(key) ?? this.#client.send({ method, iri, headers: withAccept });
    this.#asked.set(key, asked);
    const outcome = await asked;
    if (outcome.type === 'failure') throw new NoResponseError(method, outcome);
    return outcome;
  }

  /**
   * Fetches another IRI, and follows its redirects.
   *
   * @throws {NoResponseError} where there is no answer
   */
  async fetch(iri: string): Promise<FetchResponse> {
    const outcome = await this.#client.follow({ method: 'GET', iri, headers: { accept: ACCEPT } });
    if (outcome.type === 'failure') throw new NoResponseError('GET', outcome);
    return outcome;
  }

  /** The part of the resource that is kept once it is checked. */
  toRecord(): ResourceRecord {
    const { iri, depth, kind, outcome, document, shoji } = this;
    const title = shoji?.['title'];
    const self = shoji?.['self'];
    return {
      iri,
      depth,
      kind,
      outcome: outcome.type === 'response' ? { ...outcome, body: NOTHING } : outcome,
      title: typeof title === 'string' ? title : undefined,
      self: typeof self === 'string' ? canonicalIri(this.base) : undefined,
      isSelfOwn: typeof self === 'string' && /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(self),
      digest:
        outcome.type === 'response' ? createHash('sha256').update(outcome.body).digest('hex') : undefined,
      scalars: isObject(document) ? scalarsOf(document['body']) : {},
      value: scalarOf(document),
      tuples: shoji === undefined ? new Map() : tuplesOf(shoji['index'], this.base),
    };
  }
}

function readDocument(text: string, { findings }: Validation): Json | undefined {
  return findings.some(({ rule }) => UNREADABLE.has(rule)) ? undefined : (JSON.parse(text) as Json);
}

const UNREADABLE: ReadonlySet<string> = new Set(['empty', 'malformed-json', 'too-deep']);

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

/** Prefers Shoji's own media types, and takes whatever there is: what it is, is for a check to say. */
const ACCEPT = 'application/shoji+json, application/shoji;q=0.9, application/json;q=0.8, */*;q=0.1';

const NOTHING = new Uint8Array();

type Scalars = Readonly<Record<string, TemplateScalar>>;

/** Members of an object that can stand in a template's place: short and well-formed, numbers and booleans too. */
function scalarsOf(value: Json | undefined): Scalars {
  const scalars: Record<string, TemplateScalar> = Object.create(null);
  if (!isObject(value)) return scalars;
  for (const [name, member] of Object.entries(value).slice(0, MAX_MEMBERS)) {
    const scalar = scalarOf(member);
    if (scalar !== undefined) scalars[name] = scalar;
  }
  return scalars;
}

const MAX_MEMBERS = 100;

/** The value itself where it can stand in a template's place. */
function scalarOf(value: Json | undefined): TemplateScalar | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && isShortText(value) ? value : undefined;
}

function isShortText(text: string): boolean {
  return text !== '' && text.length <= MAX_TEXT_LENGTH && !/\p{Surrogate}/u.test(text);
}

const MAX_TEXT_LENGTH = 256;

/** The same for each tuple of an index, by the canonical IRI of its entity. */
function tuplesOf(index: Json | undefined, base: string): ReadonlyMap<string, Scalars> {
  const tuples = new Map<string, Scalars>();
  if (!isObject(index)) return tuples;
  for (const [reference, tuple] of Object.entries(index).slice(0, MAX_MEMBERS)) {
    const iri = canonicalIri(resolveIri(reference, base));
    if (iri !== undefined) tuples.set(iri, scalarsOf(tuple));
  }
  return tuples;
}

/** A resource that was checked, without its bytes, so that large APIs fit into memory. */
export interface ResourceRecord {
  readonly iri: string;
  readonly depth: number;
  readonly kind: ResourceKind;
  /** The response to GET, after redirects, without the body; or why there is none. */
  readonly outcome: FetchOutcome;
  readonly title: string | undefined;
  /** Absolute and canonical; undefined where the document has none, or a bad one. */
  readonly self: string | undefined;
  /** Whether `self` names the resource without regard to where it was fetched from. */
  readonly isSelfOwn: boolean;
  /** Of the bytes of the body. */
  readonly digest: string | undefined;
  /** Members of the entity's `body` that can be values of a template's variables. */
  readonly scalars: Readonly<Record<string, TemplateScalar>>;
  /** Of a value: the value itself, where it could be that of a template's variable. */
  readonly value: TemplateScalar | undefined;
  /** The same as `scalars` for the tuples of a catalog's `index`, by the canonical IRI of the entity. */
  readonly tuples: ReadonlyMap<string, Readonly<Record<string, TemplateScalar>>>;
}

/** Whether GET was answered with 2xx. */
export function isAlive({ outcome }: Pick<ResourceRecord, 'outcome'>): boolean {
  return outcome.type === 'response' && outcome.status >= 200 && outcome.status < 300;
}

/** Thrown where a request of a check gets no response; it ends the check of this resource. */
export class NoResponseError extends Error {
  readonly method: string;
  readonly failure: FetchFailure;

  constructor(method: string, failure: FetchFailure) {
    super(failure.message);
    this.name = 'NoResponseError';
    this.method = method;
    this.failure = failure;
  }
}
