import type { JsonRule } from './json/faults.js';
import { tooDeep } from './json/policy.js';
import type { JsonFault } from './json/read.js';
import type { Remark } from './rules/rule.js';

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
