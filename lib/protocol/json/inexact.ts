import type { PointerToken } from '../json-pointer.js';
import { isExactNumber } from './numbers.js';
import { walkJson, type Container, type JsonVisitor } from './walk.js';

/** A number that a double does not hold as it is written, and the names and indexes that lead to it. */
export interface InexactNumber {
  readonly path: readonly PointerToken[];
  readonly literal: string;
}

/** What every such number holds, and few others: many digits, or an exponent. */
const LONG = /\d[\d.]{15}|\d[eE]/;

/**
 * The numbers of a text that JSON.parse would change: integers and fractions whose double is printed otherwise.
 *
 * @param text - a text that JSON.parse accepts
 */
export function inexactNumbers(text: string): readonly InexactNumber[] {
  if (!LONG.test(text)) return [];
  const visitor = new InexactVisitor(text);
  walkJson(text, visitor);
  return visitor.found;
}

class InexactVisitor implements JsonVisitor {
  readonly found: InexactNumber[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  name(): void {}

  string(): void {}

  open(): void {}

  number(within: Container | undefined, start: number, end: number): void {
    const literal = this.#text.slice(start, end);
    if (isExactNumber(literal)) return;
    const path: PointerToken[] = [];
    for (let at = within; at !== undefined; at = at.parent) path.push(at.token);
    this.found.push({ path: path.toReversed(), literal });
  }
}
