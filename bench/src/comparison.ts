import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './answer-reader.js';
import { fieldNames, textOf } from './request.js';

/** Header fields that say nothing of the representation, and differ from server to server. */
const ASIDE = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

/**
 * Holds an answer against that of the model.
 *
 * @returns where it differs, for people to read
 * @throws {Error} where it is another representation, and not even the same values in another format
 */
export function compare(answer: Answer, model: Answer): string {
  const json = comparable(answer);
  const expected = comparable(model);
  if (isDeepStrictEqual(json, expected)) return fieldDifferences(answer, model);
  const { body } = expected as { body?: object };
  if (body === undefined || !holds(json, body)) {
    throw new Error(`it answers something else: ${textOf(answer).slice(0, 200)}`);
  }
  return `a format of its own; ${fieldDifferences(answer, model)}`;
}

/** The JSON without the time at which it was written. */
function comparable(answer: Answer): unknown {
  return JSON.parse(textOf(answer).replace(/"updated":"#[^#]*#"/, '"updated":"##"'));
}

/** Whether some object within has all these members. */
function holds(json: unknown, members: object): boolean {
  if (typeof json !== 'object' || json === null) return false;
  const isIt = Object.entries(members).every(([name, value]) =>
    isDeepStrictEqual((json as Record<string, unknown>)[name], value),
  );
  return isIt || Object.values(json).some((part) => holds(part, members));
}

function fieldDifferences(answer: Answer, model: Answer): string {
  const has = fieldNames(answer);
  const wanted = fieldNames(model);
  const differences = [
    ...wanted.filter((name) => !has.includes(name) && !ASIDE.has(name)).map((name) => `−${name}`),
    ...has.filter((name) => !wanted.includes(name) && !ASIDE.has(name)).map((name) => `+${name}`),
  ];
  return differences.length === 0 ? 'same' : differences.join(' ');
}
