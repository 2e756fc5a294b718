import { SHOJI_MEDIA_TYPE } from '../../../protocol/documents.js';
import type { Json, JsonObject } from '../../../protocol/documents.js';
import { decodeUtf8 } from '../../../protocol/json/utf8.js';
import { readJson } from '../../../protocol/json/read.js';
import { isObject } from '../../../protocol/json/values.js';
import type { Answer, Client } from '../../exchange.js';
import { NoAnswer } from '../../walk/no-answer.js';

/** Well-formed, and of no representation. */
export const OTHER_TAG: string = '"shoji-check-other"';

/** What goes with a request. */
export interface Sent {
  /** Of the entity that is sent. */
  readonly body?: JsonObject;
  readonly ifMatch?: string;
  /** In the place of an entity, with its media type. */
  readonly raw?: readonly [text: string, type: string];
}

/**
 * Sends one request to what the check may write to.
 *
 * @throws {NoAnswer} where there is no answer
 */
export async function send(
  client: Client,
  method: string,
  iri: string,
  { body, ifMatch, raw }: Sent = {},
): Promise<Answer> {
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
  if (outcome.type === 'failure') throw new NoAnswer(method, outcome);
  return outcome;
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** A member of the document that an answer holds; undefined where there is no such. */
export function memberOf({ body }: Answer, name: string): Json | undefined {
  const document = readJson(decodeUtf8(body) ?? '').value;
  return isObject(document) ? document[name] : undefined;
}

/** The `body` of the entity that an answer holds; empty where there is none. */
export function bodyOf(answer: Answer): JsonObject {
  const body = memberOf(answer, 'body');
  return isObject(body) ? body : {};
}
