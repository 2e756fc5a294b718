import { describeJson, quote } from './json/quote.js';

/** Names a value within a message, also one that JSON cannot hold. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return 'a BigInt';
  return typeof value === 'symbol' ? 'a symbol' : describeJson(value);
}

/** Shows a JSON Pointer within a message, cut where it is long. */
export function showPointer(pointer: string): string {
  return quote(pointer).slice(1, -1);
}
