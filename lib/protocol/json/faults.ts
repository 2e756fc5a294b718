/**
 * What a JSON text can have against it:
 * - `empty`: there is no value;
 * - `malformed-json`: it breaks the grammar of JSON;
 * - `duplicate-name`: an object has one name twice, of which JSON.parse silently keeps the last;
 * - `forbidden-name`: `__proto__`, or `constructor` with `prototype` inside, which can reach
 *   JavaScript's prototypes where somebody merges the value into another;
 * - `too-deep`: it nests deeper than the reader allows;
 * - `number-range`: JSON.parse silently gives another number than the one that is written (see `numberFault`);
 * - `lone-surrogate`: a string or name holds half of a surrogate pair, which UTF-8 cannot carry;
 * - `null-character`: a string or name holds U+0000, which databases cannot keep.
 *
 * @see RFC 8259, sections 2 and 9; RFC 7493, section 2
 */
export type JsonRule =
  | 'empty'
  | 'malformed-json'
  | 'duplicate-name'
  | 'forbidden-name'
  | 'too-deep'
  | 'number-range'
  | 'lone-surrogate'
  | 'null-character';

/** A fault, by its offset in UTF-16 code units from 0. */
export interface RawFault {
  readonly rule: JsonRule;
  /** JSON Pointer of the value at fault; `''` where the text has no values. */
  readonly pointer: string;
  readonly offset: number;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}
