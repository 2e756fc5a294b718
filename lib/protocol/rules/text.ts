import { describeValue } from '../format-value.js';
import { explainDepth } from '../json/read.js';
import type { JsonRule, JsonFault } from '../json/read.js';
import type { UnlocatedFinding } from '../findings.js';

const SEE: Readonly<Record<JsonRule, string>> = {
  empty: 'RFC 8259, section 2',
  'malformed-json': 'RFC 8259, section 2',
  'duplicate-name': 'RFC 7493, section 2.3',
  'forbidden-name': 'RFC 8259, section 12',
  'too-deep': 'RFC 8259, section 9',
  'number-range': 'RFC 7493, section 2.2',
  'lone-surrogate': 'RFC 7493, section 2.1',
  'null-character': 'RFC 8259, section 9',
};

/** Makes a finding of a fault of a JSON text. */
export function textFault({
  rule,
  pointer,
  offset,
  message,
}: JsonFault): UnlocatedFinding & { readonly offset: number } {
  return { rule, level: 'error', pointer, offset, message, see: SEE[rule] };
}

/** Finds that a document nests too deep which was not read from a text. */
export function tooDeep(pointer: string, depth: number): UnlocatedFinding {
  return { rule: 'too-deep', level: 'error', pointer, message: explainDepth(depth), see: SEE['too-deep'] };
}

/** Finds that a text begins with a byte order mark. */
export function byteOrderMark(): UnlocatedFinding & { readonly offset: number } {
  return {
    rule: 'byte-order-mark',
    level: 'error',
    pointer: '',
    offset: 0,
    message:
      'the text begins with a byte order mark (U+FEFF), which many readers of JSON refuse; leave it out',
    see: 'RFC 8259, section 8.1',
  };
}

/** Finds that a value is none that JSON can hold. */
export function noJson(value: unknown): UnlocatedFinding {
  const message = `${describeValue(value)} is no JSON value; give null, a boolean, a finite number, a string, an array or an object`;
  return { rule: 'malformed-json', level: 'error', pointer: '', message, see: 'RFC 8259, section 3' };
}
