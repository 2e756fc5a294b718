import type { Json, JsonObject } from '../protocol/documents.js';
import { parsePointer } from '../protocol/json-pointer.js';
import { excerpt } from '../protocol/json/quote.js';
import { ProblemError, type ErrorDetail, type ProblemName } from './problem.js';

/** The media type of JSON Patch documents. */
export const JSON_PATCH_MEDIA_TYPE = 'application/json-patch+json';

/** Most operations that a patch may have: each may move all items of an array. */
export const MOST_OPERATIONS = 1000;

/** How long all pointers of a patch may be together, in characters: each token of them is looked up. */
const MOST_POINTERS = 128 * 1024;

/** A JSON Pointer, taken apart. */
export type Path = readonly string[];

/** One step of a patch. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path }
  | { readonly op: 'move' | 'copy'; readonly path: Path; readonly from: Path };

/** The members that an operation must have, by its name. */
const MEMBERS: Readonly<Record<PatchOperation['op'], readonly string[]>> = {
  add: ['path', 'value'],
  remove: ['path'],
  replace: ['path', 'value'],
  move: ['from', 'path'],
  copy: ['from', 'path'],
  test: ['path', 'value'],
};

/** Names that programs mistake for part of their own objects. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a JSON Patch document.
 *
 * @throws {ProblemError} 400 malformed-patch or forbidden-name, with pointers to what is wrong; 413 where it has too
 *   many operations, or too long pointers
 * @see RFC 6902, sections 3 and 4
 */
export function readJsonPatch(document: Json): readonly PatchOperation[] {
  if (!isArray(document)) {
    throw refused('malformed-patch', [
      error('', `must be an array of operations; found ${kindOf(document)}`),
    ]);
  }
  if (document.length > MOST_OPERATIONS) {
    throw new ProblemError('content-too-large', {
      detail: `The patch has ${document.length} operations; at most ${MOST_OPERATIONS} are carried out at once.`,
    });
  }
  const length = document.reduce<number>((sum, operation) => sum + pointersLength(operation), 0);
  if (length > MOST_POINTERS) {
    throw new ProblemError('content-too-large', {
      detail: `The pointers of the patch have ${length} characters; at most ${MOST_POINTERS} are followed at once.`,
    });
  }
  const errors = document.flatMap((operation, index) => operationErrors(operation, `/${index}`)).slice(0, 20);
  if (errors.length > 0) throw refused('malformed-patch', errors);
  const operations = document.map((operation) => operationOf(operation as JsonObject));
  const forbidden = operations.flatMap(forbiddenNames).slice(0, 20);
  if (forbidden.length > 0) throw refused('forbidden-name', forbidden);
  return operations;
}

function pointersLength(operation: Json): number {
  if (!isObject(operation)) return 0;
  const { path, from } = operation;
  return (typeof path === 'string' ? path.length : 0) + (typeof from === 'string' ? from.length : 0);
}

/** A problem whose detail is its first error. */
function refused(type: ProblemName, errors: readonly ErrorDetail[]): ProblemError {
  const [first] = errors;
  const place = first?.pointer === '' ? 'The patch' : first?.pointer;
  return new ProblemError(type, { detail: `${place}: ${first?.message}.`, errors });
}

function operationErrors(operation: Json, pointer: string): readonly ErrorDetail[] {
  if (!isObject(operation)) return [error(pointer, `must be an object; found ${kindOf(operation)}`)];
  const { op } = operation;
  if (typeof op !== 'string' || !Object.hasOwn(MEMBERS, op)) {
    return [
      error(`${pointer}/op`, `must be one of ${Object.keys(MEMBERS).join(', ')}; found ${excerpt(op)}`),
    ];
  }
  const errors = MEMBERS[op as PatchOperation['op']].flatMap((name) =>
    memberErrors(operation, name, pointer),
  );
  if (errors.length === 0 && op === 'move' && isInside(operationOf(operation))) {
    return [error(`${pointer}/path`, 'lies inside what is moved, which "from" names')];
  }
  return errors;
}

function memberErrors(operation: JsonObject, name: string, above: string): readonly ErrorDetail[] {
  const pointer = `${above}/${name}`;
  const value = operation[name];
  if (!Object.hasOwn(operation, name) || value === undefined) {
    return [error(pointer, `is missing; the operation needs it`)];
  }
  if (name === 'value' || (typeof value === 'string' && parsePointer(value) !== undefined)) return [];
  return [
    error(pointer, `must be a JSON Pointer, such as "/first_name", or "" for all; found ${excerpt(value)}`),
  ];
}

/** Whether a value would be moved into itself. */
function isInside(operation: PatchOperation): boolean {
  return (
    'from' in operation &&
    operation.path.length > operation.from.length &&
    operation.from.every((token, index) => token === operation.path[index])
  );
}

/** What `operationErrors` found nothing against. */
function operationOf({ op, path, from, value }: JsonObject): PatchOperation {
  const at = (pointer: Json | undefined): Path => parsePointer(pointer as string) ?? [];
  switch (op) {
    case 'remove':
      return { op, path: at(path) };
    case 'move':
    case 'copy':
      return { op, path: at(path), from: at(from) };
    default:
      return { op: op as 'add' | 'replace' | 'test', path: at(path), value: value as Json };
  }
}

function forbiddenNames(operation: PatchOperation, index: number): readonly ErrorDetail[] {
  return (['path', 'from'] as const).flatMap((member) => {
    const path = (operation as { readonly path: Path; readonly from?: Path })[member] ?? [];
    const name = path.find((token) => FORBIDDEN.has(token));
    if (name === undefined) return [];
    const message = `leads through ${JSON.stringify(name)}, which programs mistake for part of their own objects`;
    return [{ pointer: `/${index}/${member}`, message, rule: 'forbidden-name' }];
  });
}

function error(pointer: string, message: string): ErrorDetail {
  return { pointer, message, rule: 'json-patch' };
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
