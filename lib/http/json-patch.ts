import type { Json, JsonObject } from '../protocol/documents.js';
import { formatValue } from '../protocol/format-value.js';
import { formatPointer, parsePointer } from '../protocol/json-pointer.js';
import { DEFAULT_JSON_DEPTH } from '../protocol/json/read.js';
import { findTooDeep, isObject, jsonEqual } from '../protocol/json/values.js';
import { ProblemError } from './problem.js';
import type { ErrorDetail, ProblemName } from './problem.js';

/** The media type of JSON Patch documents. */
export const JSON_PATCH_MEDIA_TYPE = 'application/json-patch+json';

/** A JSON Pointer, taken apart. */
export type Path = readonly string[];

/** One step of a patch. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path }
  | { readonly op: 'move' | 'copy'; readonly path: Path; readonly from: Path };

/** A document that a patch was applied to. */
export interface PatchedJson {
  readonly value: Json;
  /** Where each operation wrote, with the index that `-` stood for. */
  readonly places: readonly Path[];
}

/** Most operations that a patch may have: each may move all items of an array. */
export const MAX_OPERATIONS = 1000;

/** How long all pointers of a patch may be together, in characters: each token of them is looked up. */
const MAX_POINTER_CHARACTERS = 128 * 1024;

/** How deep what was patched may nest: it still has to fit into a document. */
const MAX_DEPTH = DEFAULT_JSON_DEPTH - 1;

/** How many items of arrays may move up or down, for items before them to come and go. */
const MAX_MOVED = 100_000_000;

/** How many items that move take as long as one member of an object that is copied. */
const MEMBER_MOVES = 200;

/** How many items that move take as long as one item of an array that is copied. */
const ITEM_MOVES = 20;

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
  if (document.length > MAX_OPERATIONS) {
    throw new ProblemError('content-too-large', {
      detail: `The patch has ${document.length} operations; at most ${MAX_OPERATIONS} are carried out at once.`,
    });
  }
  const length = document.reduce<number>((sum, operation) => sum + pointersLength(operation), 0);
  if (length > MAX_POINTER_CHARACTERS) {
    throw new ProblemError('content-too-large', {
      detail: `The pointers of the patch have ${length} characters; at most ${MAX_POINTER_CHARACTERS} are followed at once.`,
    });
  }
  const errors = document.flatMap((operation, index) => operationErrors(operation, `/${index}`)).slice(0, 20);
  if (errors.length > 0) throw refused('malformed-patch', errors);
  const operations = document.map((operation) => operationOf(operation as JsonObject));
  const forbidden = operations.flatMap(forbiddenNames).slice(0, 20);
  if (forbidden.length > 0) throw refused('forbidden-name', forbidden);
  return operations;
}

/**
 * Applies a JSON Patch, whole or not at all.
 *
 * @param document - is not changed
 * @param budget - how much may be copied and moved, in characters of the strings and names in it, and one for
 *   each value; without a bound, thirty operations could make a gigabyte
 * @throws {ProblemError} 409 where an operation leads to nothing, or a test fails; 400 too-deep; 413
 * @see RFC 6902, section 5; RFC 5789, section 2.2
 */
export function applyJsonPatch(
  document: Json,
  operations: readonly PatchOperation[],
  budget: number,
): PatchedJson {
  const patched = new PatchedDocument(document, budget);
  const places = operations.map((operation, index) => patched.carryOut(operation, index));
  return { value: patched.value, places };
}

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
      error(`${pointer}/op`, `must be one of ${Object.keys(MEMBERS).join(', ')}; found ${formatValue(op)}`),
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
    error(
      pointer,
      `must be a JSON Pointer, such as "/first_name", or "" for all; found ${formatValue(value)}`,
    ),
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

/** A document while the operations of a patch are carried out on it. */
class PatchedDocument {
  value: Json;
  #budget: number;
  #moved = 0;
  /** Objects and arrays that nothing else holds: they may be changed. */
  #own = new Set<Json>();

  constructor(document: Json, budget: number) {
    this.value = document;
    this.#budget = budget;
  }

  /** @returns where it wrote */
  carryOut(operation: PatchOperation, index: number): Path {
    const { path } = operation;
    switch (operation.op) {
      case 'test':
        if (jsonEqual(this.#existing(path, index, 'path'), operation.value)) return path;
        throw conflict(index, 'path', 'is not equal to the value that is tested for', 'test');
      case 'remove':
        this.#remove(path, index, 'path');
        return path;
      case 'replace':
        this.#existing(path, index, 'path');
        this.#put('replace', path, operation.value, index);
        return path;
      case 'add':
        return this.#add(path, operation.value, index);
      case 'copy': {
        const value = this.#taken(operation.from, index);
        // It is in two places from now on.
        this.#own = new Set();
        return this.#add(path, value, index);
      }
      case 'move': {
        const value = this.#taken(operation.from, index);
        // What is moved to where it is stays there, be it the whole.
        if (formatPointer(path) === formatPointer(operation.from)) return path;
        this.#remove(operation.from, index, 'from');
        return this.#add(path, value, index);
      }
    }
  }

  #existing(path: Path, index: number, member: 'path' | 'from'): Json {
    const value = reach(this.value, path);
    if (value !== undefined) return value;
    throw conflict(index, member, 'leads to nothing', 'missing-target');
  }

  /** What is to be copied or moved. */
  #taken(from: Path, index: number): Json {
    const value = this.#existing(from, index, 'from');
    this.#budget -= weigh(value, this.#budget);
    if (this.#budget >= 0) return value;
    throw tooMuch(index);
  }

  /** Counts the items that move where one comes or goes before them. */
  #move(items: number, index: number): void {
    this.#moved += items;
    if (this.#moved > MAX_MOVED) throw tooMuch(index);
  }

  #remove(path: Path, index: number, member: 'path' | 'from'): void {
    this.#existing(path, index, member);
    if (path.length === 0)
      throw conflict(index, member, 'is the whole, which cannot be removed', 'missing-target');
    const name = path.at(-1) as string;
    const parent = this.#owned(path.slice(0, -1), index);
    if (Array.isArray(parent)) {
      this.#move(parent.length - Number(name), index);
      parent.splice(Number(name), 1);
    } else delete parent[name];
  }

  /** The object or array that a path leads to, which may be changed: it and what it is in were copied once. */
  #owned(path: Path, index: number): Json[] | Record<string, Json> {
    const whole = this.#copied(this.value, index);
    this.value = whole;
    let parent = whole;
    for (const name of path) {
      // Items have names, too.
      const members = parent as Record<string, Json>;
      parent = this.#copied(members[name] as Json, index);
      members[name] = parent;
    }
    return parent;
  }

  #copied(value: Json, index: number): Json[] | Record<string, Json> {
    if (this.#own.has(value)) return value as Json[] | Record<string, Json>;
    const copy = Array.isArray(value)
      ? (value as Json[]).slice()
      : { ...(value as Readonly<Record<string, Json>>) };
    const weight = Array.isArray(copy) ? copy.length * ITEM_MOVES : Object.keys(copy).length * MEMBER_MOVES;
    this.#move(weight, index);
    this.#own.add(copy);
    return copy;
  }

  #add(path: Path, value: Json, index: number): Path {
    const name = path.at(-1);
    if (name === undefined) {
      this.#put('add', path, value, index);
      return path;
    }
    const above = path.slice(0, -1);
    const parent = reach(this.value, above);
    if (typeof parent !== 'object' || parent === null) {
      throw conflict(index, 'path', 'leads to no place within an object or array', 'missing-target');
    }
    if (!Array.isArray(parent)) {
      this.#put('add', path, value, index);
      return path;
    }
    const at = name === '-' ? parent.length : indexOf(name);
    if (at === undefined || at > parent.length) {
      throw conflict(
        index,
        'path',
        `leads to no place in an array of ${parent.length} items`,
        'missing-target',
      );
    }
    this.#move(parent.length - at, index);
    const place = [...above, String(at)];
    this.#put('add', place, value, index);
    return place;
  }

  #put(op: 'add' | 'replace', path: Path, value: Json, index: number): void {
    if (findTooDeep(value, MAX_DEPTH - path.length) !== undefined) {
      const message = `would nest objects and arrays deeper than ${DEFAULT_JSON_DEPTH}`;
      throw new ProblemError('too-deep', {
        detail: `/${index}/path: ${message}.`,
        errors: [{ pointer: `/${index}/path`, message, rule: 'too-deep' }],
      });
    }
    const name = path.at(-1);
    if (name === undefined) {
      this.value = value;
      return;
    }
    const parent = this.#owned(path.slice(0, -1), index);
    if (!Array.isArray(parent)) parent[name] = value;
    else if (op === 'add') parent.splice(Number(name), 0, value);
    else parent[Number(name)] = value;
  }
}

function tooMuch(index: number): ProblemError {
  return new ProblemError('content-too-large', {
    detail: `/${index}/op: the patch copies and moves more than the server takes at once.`,
  });
}

function conflict(index: number, member: 'path' | 'from', message: string, rule: string): ProblemError {
  const pointer = `/${index}/${member}`;
  return new ProblemError('conflict', {
    detail: `${pointer}: ${message}; nothing was changed.`,
    errors: [{ pointer, message, rule }],
  });
}

/** What a path leads to; undefined where it leads to nothing. */
function reach(document: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((at, token) => {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) {
      const index = indexOf(token);
      return index === undefined ? undefined : (at as readonly Json[])[index];
    }
    return Object.hasOwn(at, token) ? (at as Readonly<Record<string, Json>>)[token] : undefined;
  }, document);
}

/** @see RFC 6901, section 4: digits without leading zeros */
function indexOf(token: string): number | undefined {
  return /^(?:0|[1-9]\d*)$/.test(token) ? Number(token) : undefined;
}

/** How much a value holds, counted until it is more than `max`. */
function weigh(value: Json, max: number): number {
  let weight = 0;
  const left: Json[] = [value];
  for (let part = left.pop(); part !== undefined && weight <= max; part = left.pop()) {
    weight += typeof part === 'string' ? part.length + 1 : 1;
    if (typeof part !== 'object' || part === null) continue;
    if (isArray(part)) {
      if (weight + part.length > max) return weight + part.length;
      for (const inner of part) {
        if (typeof inner === 'number') weight += 1;
        else left.push(inner);
      }
      continue;
    }
    for (const [name, inner] of Object.entries(part)) {
      weight += name.length;
      left.push(inner);
    }
  }
  return weight;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
