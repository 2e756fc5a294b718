import { resolveIri } from '../../protocol/iri.js';
import { SHOJI_MEDIA_TYPE, type Json, type JsonObject } from '../../protocol/documents.js';
import { decodeUtf8, readJson } from '../../protocol/json.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import { isJsonObject } from '../../protocol/rules/members.js';
import { createClient } from '../client.js';
import type { Answer, Client } from '../exchange.js';
import { canonicalIri } from '../walk/canonical-iri.js';
import { NoAnswer } from '../walk/no-answer.js';
import type { Walked } from '../walk/walked.js';
import type { Check, Remark } from './check.js';
import { methodsOf } from './fields.js';

export const write: Check = {
  name: 'write',
  summary:
    'entities can be created, changed and removed, and no change is lost (only where a scratch catalog is named)',
  explanation:
    'A client that creates an entity goes on with its Location; one that changes it guards the change by If-Match ' +
    "against another's. The check does all that with an entity of its own, in the catalog that was named for it, and removes it.",
  see: 'RFC 9110, section 9.3',

  async *ofApi(walked) {
    const { options, start, isStopped } = walked;
    if (options.write === undefined || isStopped) return;
    const catalog = canonicalIri(resolveIri(options.write.catalog, start)) ?? '';
    // What was made must be removed even when the walk is stopped: this client is not.
    const { signal: _, ...unstoppable } = options;
    const client = createClient(start, unstoppable);
    try {
      const given = options.write.body;
      const body = given ?? (await sampleBody(client, catalog, walked));
      if (body === undefined) yield nothingToWrite(catalog);
      else
        yield* writeAndRemove({
          client,
          catalog,
          body,
          isSampled: given === undefined,
          isKnown: knownBy(walked),
        });
    } finally {
      client.close();
    }
  },
};

interface Scratch {
  readonly client: Client;
  readonly catalog: string;
  readonly body: JsonObject;
  /** Whether the body is that of another entity, which may have members that the server alone writes. */
  readonly isSampled: boolean;
  /** Whether the walk has come across an IRI. */
  readonly isKnown: (iri: string) => boolean;
}

/** The body of an entity that the catalog lists, to be sent again as that of another. */
async function sampleBody(
  client: Client,
  catalog: string,
  { links }: Walked,
): Promise<JsonObject | undefined> {
  const entity = links.get(catalog)?.find(({ member }) => member === 'entities' || member === 'index');
  if (entity === undefined) return undefined;
  const outcome = await client.follow({
    method: 'GET',
    iri: entity.to,
    headers: { accept: SHOJI_MEDIA_TYPE },
  });
  const body = outcome.type === 'answer' ? memberOf(outcome, 'body') : undefined;
  return isJsonObject(body) ? body : undefined;
}

function knownBy({ resources, links }: Walked): (iri: string) => boolean {
  const linked = new Set([...links.values()].flatMap((found) => found.map(({ to }) => to)));
  return (iri) => resources.has(iri) || linked.has(iri);
}

async function* writeAndRemove(scratch: Scratch): AsyncGenerator<Remark> {
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
  else yield* changeAndRemove(client, iri, body);
}

/** The body without the members that a problem document points at. */
function withoutRefused(body: JsonObject, answer: Answer): JsonObject {
  const errors = memberOf(answer, 'errors');
  const pointers = Array.isArray(errors)
    ? (errors as readonly Json[]).map((error) => (isJsonObject(error) ? error['pointer'] : undefined))
    : [];
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !pointers.includes(formatPointer(['body', name]))),
  );
}

async function* changeAndRemove(client: Client, iri: string, body: JsonObject): AsyncGenerator<Remark> {
  let isRemoved = false;
  try {
    yield* readAndChange(client, iri, body);
    const removed = await send(client, 'DELETE', iri);
    isRemoved = isSuccess(removed);
    if (isRemoved) yield* gone(client, iri);
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

async function isRemovedNow(client: Client, iri: string): Promise<boolean> {
  const outcome = await client.send({ method: 'DELETE', iri });
  return outcome.type === 'answer' && isSuccess(outcome);
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

async function* readAndChange(client: Client, iri: string, body: JsonObject): AsyncGenerator<Remark> {
  const read = await send(client, 'GET', iri);
  if (read.status !== 200) {
    yield notReadable(iri, read.status);
    return;
  }
  const allow = methodsOf((await send(client, 'OPTIONS', iri)).headers.get('allow'));
  for (const method of ['PATCH', 'PUT']) {
    if (allow.size > 0 && !allow.has(method)) continue;
    const guarded = await send(client, method, iri, { body, ifMatch: OTHER_TAG });
    if (guarded.status >= 200 && guarded.status < 300) yield lostUpdate(iri, method, guarded.status);
    else if (guarded.status !== 412) yield notGuarded(iri, method, guarded.status);
    const tag = (await send(client, 'GET', iri)).headers.get('etag');
    const ifMatch = tag?.startsWith('"') === true ? { ifMatch: tag } : {};
    const changed = await send(client, method, iri, { body, ...ifMatch });
    if (changed.status < 200 || changed.status > 299) yield notChanged(iri, method, changed.status);
  }
}

async function* gone(client: Client, iri: string): AsyncGenerator<Remark> {
  const { status } = await send(client, 'GET', iri);
  if (status !== 404 && status !== 410) yield stillThere(iri, status);
}

/** Well-formed, and of no representation. */
const OTHER_TAG = '"shoji-check-other"';

interface Sent {
  readonly body?: JsonObject;
  readonly ifMatch?: string;
}

async function send(
  client: Client,
  method: string,
  iri: string,
  { body, ifMatch }: Sent = {},
): Promise<Answer> {
  const document: Json | undefined = body === undefined ? undefined : { element: 'shoji:entity', body };
  const outcome = await client.send({
    method,
    iri,
    headers: {
      accept: SHOJI_MEDIA_TYPE,
      ...(document !== undefined && { 'content-type': SHOJI_MEDIA_TYPE }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(document !== undefined && { body: JSON.stringify(document) }),
  });
  if (outcome.type === 'failure') throw new NoAnswer(method, outcome);
  return outcome;
}

function memberOf({ body }: Answer, name: string): Json | undefined {
  const document = readJson(decodeUtf8(body) ?? '').value;
  return isJsonObject(document) ? document[name] : undefined;
}

const nothingToWrite = (iri: string): Remark => ({
  rule: 'nothing-to-write',
  level: 'warning',
  iri,
  message: 'nothing was written: the catalog lists no entity to take a body from; give one',
});

const notCreated = (iri: string, status: number): Remark => ({
  rule: 'not-created',
  level: 'error',
  iri,
  message: `POST of an entity is answered with ${status}; answer 201, or give a body that the catalog takes`,
  see: 'RFC 9110, section 9.3.3',
});

const otherSuccess = (iri: string, status: number): Remark => ({
  rule: 'created-status',
  level: 'error',
  iri,
  message: `POST of an entity is answered with ${status}; answer 201 with its Location`,
  see: 'RFC 9110, section 9.3.3',
});

const noLocation = (iri: string, self: string | undefined): Remark => ({
  rule: 'no-location',
  level: 'error',
  iri,
  message:
    'the answer to POST has no Location, so that nobody knows what was created; ' +
    (self === undefined
      ? 'the check could not remove it: remove it by hand'
      : `its document says that it is ${self}`),
  see: 'RFC 9110, section 10.2.2',
});

const notNew = (iri: string, location: string): Remark => ({
  rule: 'not-new',
  level: 'error',
  iri,
  message: `the Location in the answer to POST is ${location}, which was there before; it was left alone, and what was created may still be there`,
  see: 'RFC 9110, section 9.3.3',
});

const notReadable = (iri: string, status: number): Remark => ({
  rule: 'not-readable',
  level: 'error',
  iri,
  message: `it was created, but GET of its Location is answered with ${status}`,
  see: 'RFC 9110, section 9.3.3',
});

const lostUpdate = (iri: string, method: string, status: number): Remark => ({
  rule: 'lost-update',
  level: 'error',
  iri,
  message: `${method} with If-Match: ${OTHER_TAG}, which is not its ETag, is answered with ${status}; answer 412 and change nothing, or updates are lost`,
  see: 'RFC 9110, section 13.1.1',
});

const notGuarded = (iri: string, method: string, status: number): Remark => ({
  rule: 'if-match-status',
  level: 'warning',
  iri,
  message: `${method} with If-Match: ${OTHER_TAG}, which is not its ETag, is answered with ${status}; answer 412`,
  see: 'RFC 9110, section 13.1.1',
});

const notChanged = (iri: string, method: string, status: number): Remark => ({
  rule: 'not-changed',
  level: 'error',
  iri,
  message: `${method} with what was created is answered with ${status}; a client that sends back what it read must be understood`,
  see: method === 'PUT' ? 'RFC 9110, section 9.3.4' : 'RFC 5789, section 2',
});

const notRemoved = (iri: string, what: string): Remark => ({
  rule: 'not-removed',
  level: 'error',
  iri,
  message: `DELETE is ${what}: what the check created is still there; remove it by hand`,
  see: 'RFC 9110, section 9.3.5',
});

const stillThere = (iri: string, status: number): Remark => ({
  rule: 'still-there',
  level: 'error',
  iri,
  message: `DELETE was answered with success, but GET still with ${status}; answer 404 or 410`,
  see: 'RFC 9110, section 9.3.5',
});
