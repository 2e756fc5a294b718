import { formatPointer, type PointerToken } from '../json-pointer.js';

interface Level {
  readonly value: unknown;
  readonly depth: number;
  readonly outer: Level | undefined;
  readonly token: PointerToken;
}

/**
 * Finds an object or array that nests deeper than a limit, without recursion. Cycles are that, too.
 *
 * @param limit - how deep objects and arrays may nest
 * @returns JSON Pointer of the first one that was met; undefined where none is too deep
 */
export function findTooDeep(document: unknown, limit: number): string | undefined {
  const left: Level[] = [{ value: document, depth: 1, outer: undefined, token: '' }];
  for (let level = left.pop(); level !== undefined; level = left.pop()) {
    const { value, depth } = level;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > limit) return pointerOf(level);
    for (const [token, inner] of Object.entries(value)) {
      left.push({ value: inner, depth: depth + 1, outer: level, token });
    }
  }
  return undefined;
}

function pointerOf(level: Level): string {
  const tokens: PointerToken[] = [];
  for (let at = level; at.outer !== undefined; at = at.outer) tokens.push(at.token);
  return formatPointer(tokens.toReversed());
}
