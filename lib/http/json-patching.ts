import type { Json } from '../protocol/documents.js';
import { jsonEqual } from '../protocol/json-equal.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { DEFAULT_JSON_DEPTH } from '../protocol/json.js';
import { findTooDeep } from '../protocol/json/depth.js';
import type { Path, PatchOperation } from './json-patch.js';
import { ProblemError } from './problem.js';

/** A document that a patch was applied to. */
export interface PatchedJson {
  readonly value: Json;
  /** Where each operation wrote, with the index that `-` stood for. */
  readonly places: readonly Path[];
}

/** How deep what was patched may nest: it still has to fit into a document. */
const MOST_DEPTH = DEFAULT_JSON_DEPTH - 1;

/** How many items of arrays may move up or down, for items before them to come and go. */
const MOST_MOVED = 100_000_000;

/** How many items that move take as long as one member of an object that is copied. */
const MEMBER_MOVES = 200;

/** How many items that move take as long as one item of an array that is copied. */
const ITEM_MOVES = 20;

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
  const patching = new Patching(document, budget);
  const places = operations.map((operation, index) => patching.carryOut(operation, index));
  return { value: patching.value, places };
}

class Patching {
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
    if (this.#moved > MOST_MOVED) throw tooMuch(index);
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
    if (findTooDeep(value, MOST_DEPTH - path.length) !== undefined) {
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

/** How much a value holds, counted until it is more than `most`. */
function weigh(value: Json, most: number): number {
  let weight = 0;
  const left: Json[] = [value];
  for (let part = left.pop(); part !== undefined && weight <= most; part = left.pop()) {
    weight += typeof part === 'string' ? part.length + 1 : 1;
    if (typeof part !== 'object' || part === null) continue;
    if (isArray(part)) {
      if (weight + part.length > most) return weight + part.length;
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
