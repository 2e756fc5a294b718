import { LONE_SURROGATE } from '../protocol/iri/characters.js';
import { formatPointer } from '../protocol/json-pointer.js';

/**
 * JSON text of what a resource class gave, refusing what JSON cannot hold instead of dropping it:
 * `undefined`, functions, symbols, bigints, numbers that are not finite, halves of surrogate pairs, cycles, and
 * objects such as Map whose contents would vanish. Members that are undefined count as absent, as in JSON.stringify.
 *
 * @throws {TypeError} naming the place as a JSON Pointer
 */
export function toJsonText(value: unknown): string {
  refuse(value, '', new Set());
  return JSON.stringify(value);
}

function refuse(value: unknown, pointer: string, above: Set<object>): void {
  switch (typeof value) {
    case 'string':
      // No text can carry it (RFC 7493, section 2.1), and no client could send it back.
      if (LONE_SURROGATE.test(value)) throw unholdable(HALF, pointer);
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw unholdable(String(value), pointer);
      return;
    case 'object':
      if (value !== null) refuseInside(value, pointer, above);
      return;
    default:
      throw unholdable(typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`, pointer);
  }
}

function refuseInside(value: object, pointer: string, above: Set<object>): void {
  if ('toJSON' in value && typeof value.toJSON === 'function') return refuse(value.toJSON(), pointer, above);
  if (above.has(value)) throw unholdable('a cycle', pointer);
  above.add(value);
  if (Array.isArray(value)) value.forEach((item, index) => refuse(item, `${pointer}/${index}`, above));
  else {
    // Map, Promise, Error, typed arrays and their like would be written as `{}`.
    const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
    if (tag !== 'Object') throw unholdable(`a ${tag}`, pointer);
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      if (LONE_SURROGATE.test(name)) throw unholdable(HALF, pointer);
      refuse(item, pointer + formatPointer([name]), above);
    }
  }
  above.delete(value);
}

const HALF = 'half of a surrogate pair';

function unholdable(what: string, pointer: string): TypeError {
  return new TypeError(
    `JSON cannot hold ${what}, found at ${JSON.stringify(pointer)} of what a resource class gave`,
  );
}
