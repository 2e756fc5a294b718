import { findInvalidUtf8 } from '../../protocol/json/utf8.js';
import type { Check } from './check.js';
import { isJsonType, readContentType } from './fields.js';

export const document: Check = {
  name: 'document',
  summary: 'every document is a valid Shoji document, every value is JSON',
  explanation:
    'A client that reads a document counts on its members being there, and on their being what the protocol ' +
    'says. What is wrong with a document is told by the rules of "shoji validate", under their own names.',
  see: 'Shoji draft 02, section 1.1',

  *ofResource({ answer, depth, expected, text, validation }) {
    if (answer === undefined || answer.body.length === 0) return;
    const type = readContentType(answer.headers.get('content-type') ?? '')?.type;
    if (expected === 'any' && !(type !== undefined && isJsonType(type))) return;
    if (text === undefined) {
      yield notUtf8(findInvalidUtf8(answer.body)?.byte ?? 0);
      return;
    }
    for (const finding of validation?.findings ?? []) {
      // Of links that may not be followed, the check of addresses speaks.
      if (finding.rule === 'unsafe-scheme') continue;
      // Where the dialect is picked for each document, the start's is worth a word, and a thousand others are not.
      if (finding.rule === 'dialect-chosen' && depth > 0) continue;
      yield finding;
    }
  },
};

const notUtf8 = (byte: number) =>
  ({
    rule: 'not-utf8',
    level: 'error',
    message: `the body is no UTF-8 from byte ${byte} on, and cannot be read; JSON that is exchanged is always UTF-8`,
    see: 'RFC 8259, section 8.1',
  }) as const;
