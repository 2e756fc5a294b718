import { parsePointer } from '../json-pointer.js';

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
