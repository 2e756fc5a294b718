import { resolveIri } from '../../protocol/iri/resolve.js';
import { SHOJI_MEDIA_TYPE } from '../../protocol/documents.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import { isObject } from '../../protocol/json/values.js';
import { createClient } from '../client.js';
import type { Answer, Client } from '../exchange.js';
import { canonicalIri, originOf } from '../walk/canonical-iri.js';
import type { Walked } from '../walk/walked.js';
import type { Check, Remark } from './check.js';
import { readAndChange } from './write/change.js';
import type { Scrap } from './write/change.js';
import { isSuccess, memberOf, OTHER_TAG, send } from './write/exchange.js';
import { refuse } from './write/refuse.js';
import {
  failsAgain,
  locationElsewhere,
  lostUpdate,
  noLocation,
  notCreated,
  nothingToWrite,
  notListed,
  notNew,
  notRemoved,
  otherLocation,
  otherSuccess,
  stillListed,
  stillThere,
} from './write/remarks.js';

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
  return isObject(body) ? body : undefined;
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
  else if (originOf(iri) !== originOf(catalog)) yield locationElsewhere(catalog, iri);
  else {
    const named = typeof self === 'string' ? canonicalIri(resolveIri(self, iri)) : iri;
    if (named !== undefined && named !== iri) yield otherLocation(catalog, iri, named);
    yield* changeAndRemove({ client, iri, body, created }, catalog);
  }
  yield* refuse(client, catalog, isKnown);
}

/** The body without the members that a problem document points at. */
function withoutRefused(body: JsonObject, answer: Answer): JsonObject {
  const errors = memberOf(answer, 'errors');
  const pointers = Array.isArray(errors)
    ? (errors as readonly Json[]).map((error) => (isObject(error) ? error['pointer'] : undefined))
    : [];
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !pointers.includes(formatPointer(['body', name]))),
  );
}

async function* changeAndRemove(scrap: Scrap, catalog: string): AsyncGenerator<Remark> {
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

async function isRemovedNow(client: Client, iri: string): Promise<boolean> {
  const outcome = await client.send({ method: 'DELETE', iri });
  return outcome.type === 'answer' && isSuccess(outcome);
}

/**
 * Tries a removal that must be refused.
 *
 * @returns whether it removed the entity all the same
 */
async function* guardRemoval({ client, iri }: Scrap): AsyncGenerator<Remark, boolean> {
  const { status, headers } = await send(client, 'GET', iri);
  if (status !== 200 || !headers.has('etag')) return false;
  const guarded = await send(client, 'DELETE', iri, { ifMatch: OTHER_TAG });
  if (!isSuccess(guarded)) return false;
  yield lostUpdate(iri, 'DELETE', guarded.status);
  return (await send(client, 'GET', iri)).status !== 200;
}

async function* gone(client: Client, iri: string, catalog: string): AsyncGenerator<Remark> {
  const { status } = await send(client, 'GET', iri);
  if (status !== 404 && status !== 410) {
    yield stillThere(iri, status);
    return;
  }
  if ((await listedIn(client, catalog)).has(iri)) yield stillListed(catalog, iri);
  const again = await send(client, 'DELETE', iri);
  if (again.status >= 500) yield failsAgain(iri, again.status);
}

/** The entities that a catalog lists. */
async function listedIn(client: Client, catalog: string): Promise<ReadonlySet<string | undefined>> {
  const answer = await send(client, 'GET', catalog);
  const self = memberOf(answer, 'self');
  const base = typeof self === 'string' ? resolveIri(self, catalog) : catalog;
  const [entities, index] = [memberOf(answer, 'entities'), memberOf(answer, 'index')];
  const listed = [
    ...(Array.isArray(entities) ? (entities as readonly Json[]) : []),
    ...(isObject(index) ? Object.keys(index) : []),
  ];
  return new Set(
    listed.filter((link) => typeof link === 'string').map((link) => canonicalIri(resolveIri(link, base))),
  );
}
