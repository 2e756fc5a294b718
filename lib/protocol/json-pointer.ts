import type { Json } from './documents.js';

/** One step of a JSON Pointer: a member's name, or an item's index. */
export type PointerToken = string | number;

/**
 * Writes a name as it stands in a JSON Pointer: `~` becomes `~0`, `/` becomes `~1`.
 *
 * @see RFC 6901, section 3
 */
export function escapePointerToken(token: PointerToken): string {
  if (typeof token === 'number') return String(token);
  const isPlain = !token.includes('~') && !token.includes('/');
  return isPlain ? token : token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * Builds a JSON Pointer.
 *
 * @param tokens - the steps, outermost first; none gives `''`, the whole document
 * @see RFC 6901, section 3
 */
export function formatPointer(tokens: readonly PointerToken[]): string {
  let pointer = '';
  for (const token of tokens) pointer += `/${escapePointerToken(token)}`;
  return pointer;
}

/**
 * Takes a JSON Pointer apart.
 *
 * @returns the steps, unescaped, outermost first; undefined where the text is no JSON Pointer
 * @see RFC 6901, section 4
 */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  const tokens = pointer.slice(1).split('/');
  if (!pointer.includes('~')) return tokens;
  // `~1` first: the other way round, `~01` would end as `/` instead of `~1`.
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that steps from the outside in lead to; undefined where they lead nowhere. */
export function valueAt(document: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const token of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    value = Reflect.get(value, token);
  }
  return value;
}

/** A value that pointers lead to or through; pointers that begin alike share their first steps. */
export interface PointerTree {
  /** The pointer that ends here. */
  pointer: string | undefined;
  /** The next steps; few values have any, so that most need no map. */
  inner: Map<string, PointerTree> | undefined;
  /** Where the value begins in a text that is walked over; -1 before it was met. */
  start: number;
  /** Where the container begins that the value is in. */
  containerStart: number;
}

/** Puts pointers together by the steps that they share; what is no pointer is left out. */
export function pointerTree(pointers: Iterable<string>): PointerTree {
  const root = newTree();
  for (const pointer of pointers) {
    const tokens = parsePointer(pointer);
    if (tokens === undefined) continue;
    let tree = root;
    for (const token of tokens) {
      tree.inner ??= new Map();
      let next = tree.inner.get(token);
      if (next === undefined) tree.inner.set(token, (next = newTree()));
      tree = next;
    }
    tree.pointer = pointer;
  }
  return root;
}

function newTree(): PointerTree {
  return { pointer: undefined, inner: undefined, start: -1, containerStart: -2 };
}
