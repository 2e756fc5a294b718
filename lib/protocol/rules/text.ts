import { describeValue } from '../format-value.js';
import { tooDeep } from '../json/policy.js';
import type { JsonRule } from '../json/policy.js';
import type { JsonFault } from '../json/read.js';
import type { Remark } from '../findings.js';

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

/** A fault of a JSON text, as something to say about the document. */
export function jsonRemark({
  rule,
  pointer,
  offset,
  message,
}: JsonFault): Remark & { readonly offset: number } {
  return { rule, level: 'error', pointer, offset, message, see: SEE[rule] };
}

/** That a document nests too deep which was not read from a text. */
export function tooDeepRemark(pointer: string, depth: number): Remark {
  return { rule: 'too-deep', level: 'error', pointer, message: tooDeep(depth), see: SEE['too-deep'] };
}

/** That a text begins with a byte order mark. */
export function byteOrderMarkRemark(): Remark & { readonly offset: number } {
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

/** That a value is none that JSON can hold. */
export function notJsonRemark(value: unknown): Remark {
  const message = `${describeValue(value)} is no JSON value; give null, a boolean, a finite number, a string, an array or an object`;
  return { rule: 'malformed-json', level: 'error', pointer: '', message, see: 'RFC 8259, section 3' };
}
