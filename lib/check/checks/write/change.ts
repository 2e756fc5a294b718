import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../../protocol/documents.js';
import type { Answer, Client } from '../../exchange.js';
import type { Remark } from '../check.js';
import { methodsOf } from '../fields.js';
import { bodyOf, isSuccess, OTHER_TAG, send } from './exchange.js';
import {
  changeNotKept,
  keptTag,
  lacksSent,
  lostUpdate,
  notChanged,
  notGuarded,
  notReadable,
  patchLoses,
  refusedButChanged,
  staleTag,
} from './remarks.js';

/** An entity that the check made, and may change. */
export interface Scrap {
  readonly client: Client;
  readonly iri: string;
  /** What it was made of. */
  readonly body: JsonObject;
  /** The answer to POST. */
  readonly created: Answer;
}

/** Reads what was created, and changes it with each method that it has for that. */
export async function* readAndChange(scrap: Scrap): AsyncGenerator<Remark> {
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

/** Changes one member after another until one of them is seen to change. */
async function* change({ client, iri, body }: Scrap, method: string): AsyncGenerator<Remark> {
  const ignored: string[] = [];
  const names = Object.keys(body).filter((name) => otherValue(body[name]) !== undefined);
  for (const name of names.slice(0, MOST_TRIED)) {
    const before = await send(client, 'GET', iri);
    const value = otherValue(bodyOf(before)[name]);
    if (value === undefined) continue;
    const sent = method === 'PUT' ? { ...body, [name]: value } : { [name]: value };
    const answer = await send(client, method, iri, { body: sent, ...guardedBy(before) });
    // The value may be none that the member can have.
    if (!isSuccess(answer)) continue;
    const after = await send(client, 'GET', iri);
    if (!isDeepStrictEqual(bodyOf(after)[name], value)) {
      ignored.push(name);
      continue;
    }
    yield* sameTag(iri, method, answer, after);
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
  const answer = await send(client, method, iri, { body, ...guardedBy(before) });
  if (!isSuccess(answer)) yield notChanged(iri, method, answer.status);
}

/** Sends what was created once more, guarded by a tag that does not match. */
async function* guard({ client, iri, body }: Scrap, method: string): AsyncGenerator<Remark> {
  const before = await send(client, 'GET', iri);
  const guarded = await send(client, method, iri, { body, ifMatch: OTHER_TAG });
  if (isSuccess(guarded)) yield lostUpdate(iri, method, guarded.status);
  else if (guarded.status !== 412) yield notGuarded(iri, method, guarded.status);
  else {
    const after = await send(client, 'GET', iri);
    if (!isDeepStrictEqual(bodyOf(after), bodyOf(before))) yield refusedButChanged(iri, method);
  }
}

function guardedBy({ headers }: Answer): { readonly ifMatch?: string } {
  const tag = headers.get('etag');
  return tag?.startsWith('"') === true ? { ifMatch: tag } : {};
}

function* sameTag(iri: string, method: string, answer: Answer, get: Answer): Generator<Remark> {
  const [inAnswer, inGet] = [answer.headers.get('etag'), get.headers.get('etag')];
  if (inAnswer !== undefined && inGet !== undefined && inAnswer !== inGet) {
    yield staleTag(iri, method, inAnswer, inGet);
  }
}

/** Of so many members one is found, or none is taken: each costs three requests. */
const MOST_TRIED = 5;

/** Another value of the same type, which a schema may allow or not; undefined where there is none at hand. */
function otherValue(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return `${value}2`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : undefined;
}
