import { isDeepStrictEqual } from 'node:util';
import { SHOJI_MEDIA_TYPE } from '../../protocol/documents.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { resolveIri } from '../../protocol/iri/resolve-iri.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import { decodeUtf8, readJson } from '../../protocol/json/read.js';
import { isObject } from '../../protocol/json/values.js';
import type { FetchResponse, HttpClient } from '../client/fetch.js';
import { createClient } from '../client/http-client.js';
import { canonicalIri, originOf } from '../crawl/canonical-iri.js';
import type { CrawledApi } from '../crawl/crawled-api.js';
import { NoResponseError } from '../crawl/visited-resource.js';
import type { Check, Remark } from './check-definition.js';
import { methodsOf, OTHER_TAG } from './field-values.js';
import {
  changeNotKept,
  failsAgain,
  keptTag,
  lacksSent,
  locationElsewhere,
  lostUpdate,
  malformedAccepted,
  noLocation,
  notChanged,
  notCreated,
  notGuarded,
  nothingToWrite,
  notListed,
  notNew,
  notReadable,
  notRemoved,
  otherLocation,
  otherSuccess,
  patchLoses,
  refusedButChanged,
  staleTag,
  stillListed,
  stillThere,
} from './write-remarks.js';

export const writeCheck: Check = {
  name: 'write',
  summary:
    'entities can be created, changed and removed, and no change is lost (only where a scratch catalog is named)',
  explanation:
    'A client that creates an entity goes on with its Location; one that changes it guards the change by If-Match ' +
    "against another's. The check does all that with an entity of its own, in the catalog that was named for it, and removes it.",
  see: 'RFC 9110, section 9.3',

  async *ofApi(api) {
    const { options, start, isStopped } = api;
    if (options.write === undefined || isStopped) return;
    const catalog = canonicalIri(resolveIri(options.write.catalog, start)) ?? '';
    // What was made must be removed even when the crawl is stopped: this client is not.
    const { signal: _, ...unstoppable } = options;
    const client = createClient(start, unstoppable);
    try {
      const given = options.write.body;
      const body = given ?? (await sampleBody(client, catalog, api));
      if (body === undefined) yield nothingToWrite(catalog);
      else
        yield* writeAndRemove({
          client,
          catalog,
          body,
          isSampled: given === undefined,
          isKnown: knownBy(api),
        });
    } finally {
      client.close();
    }
  },
};

/** The body of an entity that the catalog lists, to be sent again as that of another. */
async function sampleBody(
  client: HttpClient,
  catalog: string,
  { links }: CrawledApi,
): Promise<JsonObject | undefined> {
  const entity = links.get(catalog)?.find(({ member }) => member === 'entities' || member === 'index');
  if (entity === undefined) return undefined;
  const outcome = await client.follow({
    method: 'GET',
    iri: entity.to,
    headers: { accept: SHOJI_MEDIA_TYPE },
  });
  const body = outcome.type === 'response' ? memberOf(outcome, 'body') : undefined;
  return isObject(body) ? body : undefined;
}

/** A member of the document that an answer holds; undefined where there is no such. */
function memberOf({ body }: FetchResponse, name: string): Json | undefined {
  const document = readJson(decodeUtf8(body) ?? '').value;
  return isObject(document) ? document[name] : undefined;
}

interface ScratchCatalog {
  readonly client: HttpClient;
  readonly catalog: string;
  readonly body: JsonObject;
  /** Whether the body is that of another entity, which may have members that the server alone writes. */
  readonly isSampled: boolean;
  /** Whether the crawl has come across an IRI. */
  readonly isKnown: (iri: string) => boolean;
}

async function* writeAndRemove(scratch: ScratchCatalog): AsyncGenerator<Remark> {
  const { client, catalog, isKnown, isSampled } = scratch;
  let { body } = scratch;
  let created = await send(client, 'POST', catalog, { body });
  if (isSampled && (created.status === 400 || created.status === 422)) {
    body = withoutRefused(body, created);
    created = await send(client, 'POST', catalog, { body });
  }
  if (!isSuccess(created)) {
    yield notCreated(catalog, created.status);
    return;
  }
  if (created.status !== 201) yield otherSuccess(catalog, created.status);
  const location = created.headers.get('location');
  const self = memberOf(created, 'self');
  const reference = location ?? (typeof self === 'string' ? self : undefined);
  const iri = reference === undefined ? undefined : canonicalIri(resolveIri(reference, catalog));
  if (location === undefined || iri === undefined) yield noLocation(catalog, iri);
  if (iri === undefined) return;
  // Whatever the server says, nothing is changed or removed but what was not there before.
  if (isKnown(iri)) yield notNew(catalog, iri);
  else if (originOf(iri) !== originOf(catalog)) yield locationElsewhere(catalog, iri);
  else {
    const named = typeof self === 'string' ? canonicalIri(resolveIri(self, iri)) : iri;
    if (named !== undefined && named !== iri) yield otherLocation(catalog, iri, named);
    yield* changeAndRemove({ client, iri, body, created }, catalog);
  }
  yield* refuse(client, catalog, isKnown);
}

/** The content and the condition of a request. */
interface Sent {
  /** Of the entity that is sent. */
  readonly body?: JsonObject;
  readonly ifMatch?: string;
  /** In the place of an entity, with its media type. */
  readonly raw?: readonly [text: string, type: string];
}

/**
 * Sends one request to what the check may write to.
 *
 * @throws {NoResponseError} where there is no answer
 */
async function send(
  client: HttpClient,
  method: string,
  iri: string,
  { body, ifMatch, raw }: Sent = {},
): Promise<FetchResponse> {
  const document: Json | undefined = body === undefined ? undefined : { element: 'shoji:entity', body };
  const [text, type] = raw ?? [document && JSON.stringify(document), SHOJI_MEDIA_TYPE];
  const outcome = await client.send({
    method,
    iri,
    headers: {
      accept: SHOJI_MEDIA_TYPE,
      ...(text !== undefined && { 'content-type': type }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(text !== undefined && { body: text }),
  });
  if (outcome.type === 'failure') throw new NoResponseError(method, outcome);
  return outcome;
}

/** The body without the members that a problem document points at. */
function withoutRefused(body: JsonObject, response: FetchResponse): JsonObject {
  const errors = memberOf(response, 'errors');
  const pointers = Array.isArray(errors)
    ? (errors as readonly Json[]).map((error) => (isObject(error) ? error['pointer'] : undefined))
    : [];
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !pointers.includes(formatPointer(['body', name]))),
  );
}

function isSuccess({ status }: FetchResponse): boolean {
  return status >= 200 && status < 300;
}

/** An entity that the check made, and may change. */
interface ScratchEntity {
  readonly client: HttpClient;
  readonly iri: string;
  /** The body that it was created with. */
  readonly body: JsonObject;
  /** The answer to POST. */
  readonly created: FetchResponse;
}

async function* changeAndRemove(scrap: ScratchEntity, catalog: string): AsyncGenerator<Remark> {
  const { client, iri } = scrap;
  let isRemoved = false;
  try {
    yield* readAndChange(scrap);
    const listed = await listedIn(client, catalog);
    if (listed.size > 0 && !listed.has(iri) && (await send(client, 'GET', iri)).status === 200) {
      yield notListed(catalog, iri);
    }
    isRemoved = yield* guardRemoval(scrap);
    if (isRemoved) return;
    const removed = await send(client, 'DELETE', iri);
    isRemoved = isSuccess(removed);
    if (isRemoved) yield* gone(client, iri, catalog);
    else yield notRemoved(iri, `answered with ${removed.status}`);
  } catch (error) {
    if (!isRemoved && !(await isRemovedNow(client, iri))) yield notRemoved(iri, 'not answered with success');
    isRemoved = true;
    throw error;
  } finally {
    // Who stops reading findings in the middle is left nothing behind either.
    if (!isRemoved) await isRemovedNow(client, iri);
  }
}

/** Reads what was created, and changes it with each method that it has for that. */
async function* readAndChange(scrap: ScratchEntity): AsyncGenerator<Remark> {
  const { client, iri, body, created } = scrap;
  const read = await send(client, 'GET', iri);
  if (read.status !== 200) {
    yield notReadable(iri, read.status);
    return;
  }
  const lacking = Object.keys(body).filter((name) => !Object.hasOwn(bodyOf(read), name));
  if (lacking.length > 0) yield lacksSent(iri, lacking);
  yield* sameTag(iri, 'POST', created, read);
  const allow = methodsOf((await send(client, 'OPTIONS', iri)).headers.get('allow'));
  for (const method of ['PATCH', 'PUT']) {
    if (allow.size > 0 && !allow.has(method)) continue;
    yield* change(scrap, method);
    yield* guard(scrap, method);
  }
}

/** The `body` of the entity that an answer holds; empty where there is none. */
function bodyOf(response: FetchResponse): JsonObject {
  const body = memberOf(response, 'body');
  return isObject(body) ? body : {};
}

function* sameTag(
  iri: string,
  method: string,
  response: FetchResponse,
  get: FetchResponse,
): Generator<Remark> {
  const [inAnswer, inGet] = [response.headers.get('etag'), get.headers.get('etag')];
  if (inAnswer !== undefined && inGet !== undefined && inAnswer !== inGet) {
    yield staleTag(iri, method, inAnswer, inGet);
  }
}

/** Changes one member after another until one of them is seen to change. */
async function* change({ client, iri, body }: ScratchEntity, method: string): AsyncGenerator<Remark> {
  const ignored: string[] = [];
  const names = Object.keys(body).filter((name) => otherValue(body[name]) !== undefined);
  for (const name of names.slice(0, MAX_TRIED)) {
    const before = await send(client, 'GET', iri);
    const value = otherValue(bodyOf(before)[name]);
    if (value === undefined) continue;
    const sent = method === 'PUT' ? { ...body, [name]: value } : { [name]: value };
    const response = await send(client, method, iri, { body: sent, ...guardedBy(before) });
    // The value may be none that the member can have.
    if (!isSuccess(response)) continue;
    const after = await send(client, 'GET', iri);
    if (!isDeepStrictEqual(bodyOf(after)[name], value)) {
      ignored.push(name);
      continue;
    }
    yield* sameTag(iri, method, response, after);
    const tag = after.headers.get('etag');
    if (tag !== undefined && tag === before.headers.get('etag')) yield keptTag(iri, method, tag);
    const lost = Object.keys(bodyOf(before)).filter((member) => !Object.hasOwn(bodyOf(after), member));
    if (method === 'PATCH' && lost.length > 0) yield patchLoses(iri, lost);
    return;
  }
  if (ignored.length > 0) {
    yield changeNotKept(iri, method, ignored);
    return;
  }
  const before = await send(client, 'GET', iri);
  const response = await send(client, method, iri, { body, ...guardedBy(before) });
  if (!isSuccess(response)) yield notChanged(iri, method, response.status);
}

/** Another value of the same type, which a schema may allow or not; undefined where there is none at hand. */
function otherValue(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return `${value}2`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : undefined;
}

/** Of so many members one is found, or none is taken: each costs three requests. */
const MAX_TRIED = 5;

function guardedBy({ headers }: FetchResponse): { readonly ifMatch?: string } {
  const tag = headers.get('etag');
  return tag?.startsWith('"') === true ? { ifMatch: tag } : {};
}

/** Sends what was created once more, guarded by a tag that does not match. */
async function* guard({ client, iri, body }: ScratchEntity, method: string): AsyncGenerator<Remark> {
  const before = await send(client, 'GET', iri);
  const guarded = await send(client, method, iri, { body, ifMatch: OTHER_TAG });
  if (isSuccess(guarded)) yield lostUpdate(iri, method, guarded.status);
  else if (guarded.status !== 412) yield notGuarded(iri, method, guarded.status);
  else {
    const after = await send(client, 'GET', iri);
    if (!isDeepStrictEqual(bodyOf(after), bodyOf(before))) yield refusedButChanged(iri, method);
  }
}

/** The entities that a catalog lists. */
async function listedIn(client: HttpClient, catalog: string): Promise<ReadonlySet<string | undefined>> {
  const response = await send(client, 'GET', catalog);
  const self = memberOf(response, 'self');
  const base = typeof self === 'string' ? resolveIri(self, catalog) : catalog;
  const [entities, index] = [memberOf(response, 'entities'), memberOf(response, 'index')];
  const listed = [
    ...(Array.isArray(entities) ? (entities as readonly Json[]) : []),
    ...(isObject(index) ? Object.keys(index) : []),
  ];
  return new Set(
    listed.filter((link) => typeof link === 'string').map((link) => canonicalIri(resolveIri(link, base))),
  );
}

/**
 * Tries a removal that must be refused.
 *
 * @returns whether it removed the entity all the same
 */
async function* guardRemoval({ client, iri }: ScratchEntity): AsyncGenerator<Remark, boolean> {
  const { status, headers } = await send(client, 'GET', iri);
  if (status !== 200 || !headers.has('etag')) return false;
  const guarded = await send(client, 'DELETE', iri, { ifMatch: OTHER_TAG });
  if (!isSuccess(guarded)) return false;
  yield lostUpdate(iri, 'DELETE', guarded.status);
  return (await send(client, 'GET', iri)).status !== 200;
}

async function* gone(client: HttpClient, iri: string, catalog: string): AsyncGenerator<Remark> {
  const { status } = await send(client, 'GET', iri);
  if (status !== 404 && status !== 410) {
    yield stillThere(iri, status);
    return;
  }
  if ((await listedIn(client, catalog)).has(iri)) yield stillListed(catalog, iri);
  const again = await send(client, 'DELETE', iri);
  if (again.status >= 500) yield failsAgain(iri, again.status);
}

async function isRemovedNow(client: HttpClient, iri: string): Promise<boolean> {
  const outcome = await client.send({ method: 'DELETE', iri });
  return outcome.type === 'response' && isSuccess(outcome);
}

/**
 * Sends what a catalog must refuse, and removes it where the catalog takes it all the same.
 *
 * @param isKnown - whether an IRI was there before, and must be left alone
 */
async function* refuse(
  client: HttpClient,
  catalog: string,
  isKnown: (iri: string) => boolean,
): AsyncGenerator<Remark> {
  for (const { what, raw, wanted } of REFUSED) {
    const response = await send(client, 'POST', catalog, { raw });
    const location = response.headers.get('location');
    if (isSuccess(response) && location !== undefined) {
      const iri = canonicalIri(resolveIri(location, catalog));
      if (iri !== undefined && !isKnown(iri)) await client.send({ method: 'DELETE', iri });
    }
    if (isSuccess(response) || response.status >= 500)
      yield malformedAccepted(catalog, what, response.status, wanted);
  }
}

const REFUSED = [
  { what: 'what is no JSON', raw: ['{"element":', SHOJI_MEDIA_TYPE], wanted: '400' },
  {
    what: 'an entity as text/plain',
    raw: ['{"element":"shoji:entity","body":{}}', 'text/plain'],
    wanted: '415',
  },
] as const;

function knownBy({ resources, links }: CrawledApi): (iri: string) => boolean {
  const linked = new Set([...links.values()].flatMap((found) => found.map(({ to }) => to)));
  return (iri) => resources.has(iri) || linked.has(iri);
}
