import type { RulePage } from './rule-page.js';

type TextRule =
  | 'invalid-utf8'
  | 'byte-order-mark'
  | 'empty'
  | 'malformed-json'
  | 'duplicate-name'
  | 'forbidden-name'
  | 'too-deep'
  | 'number-range'
  | 'lone-surrogate'
  | 'null-character';

/** What a JSON text must obey before anything can be said of the document in it. */
export const textPages: Readonly<Record<TextRule, RulePage>> = {
  'invalid-utf8': {
    level: 'error',
    summary: 'A document is encoded as UTF-8.',
    reason:
      'JSON that goes from one system to another is UTF-8. Bytes of another encoding are refused by some ' +
      'readers and silently become other characters with others.',
    see: 'RFC 8259, section 8.1',
    badEncoding: 'latin-1',
    bad: '{"element": "shoji:catalog", "self": "", "title": "B\u00fccher"}',
    good: '{"element": "shoji:catalog", "self": "", "title": "B\u00fccher"}',
  },
  'byte-order-mark': {
    level: 'error',
    summary: 'A document does not begin with a byte order mark.',
    reason:
      'RFC 8259 forbids senders to add one. Readers may refuse it, and JSON.parse does; nobody can see it in ' +
      'an editor, so that the refusal is hard to understand.',
    see: 'RFC 8259, section 8.1',
    bad: '\uFEFF{"element": "shoji:catalog", "self": ""}',
    good: '{"element": "shoji:catalog", "self": ""}',
  },
  empty: {
    level: 'error',
    summary: 'A document holds a value.',
    reason: 'An empty text is no JSON. Often it is what is left of an answer that broke off.',
    see: 'RFC 8259, section 2',
    bad: '\n',
    good: 'null',
  },
  'malformed-json': {
    level: 'error',
    summary: 'A document is one JSON value, in the grammar of JSON.',
    reason:
      'What breaks the grammar cannot be read by anybody. Comments, single quotes, trailing commas, NaN and ' +
      'undefined are of JavaScript, not of JSON.',
    see: 'RFC 8259, section 2',
    bad: '{"element": "shoji:catalog", "self": "",}',
    good: '{"element": "shoji:catalog", "self": ""}',
  },
  'duplicate-name': {
    level: 'error',
    summary: 'No object has a name twice.',
    reason:
      'Readers differ: most keep the last value, some the first, some refuse the text, and none says so.',
    see: 'RFC 7493, section 2.3',
    bad: '{"element": "shoji:entity", "self": "", "body": {"volumes": 6, "volumes": 7}}',
    good: '{"element": "shoji:entity", "self": "", "body": {"volumes": 7}}',
  },
  'forbidden-name': {
    level: 'error',
    summary: 'No object has the name "__proto__", or "constructor" with "prototype" in it.',
    reason:
      'Where such an object is merged into another one, in JavaScript, it can change the prototype of all objects.',
    see: 'RFC 8259, section 12',
    bad: '{"element": "shoji:entity", "self": "", "body": {"__proto__": {"admin": true}}}',
    good: '{"element": "shoji:entity", "self": "", "body": {"prototype": {"admin": true}}}',
  },
  'too-deep': {
    level: 'error',
    summary: 'Objects and arrays nest no deeper than 128 levels.',
    reason:
      'Readers that recurse run out of stack, and a parser may set a limit. No real document nests deeper than ' +
      'a few tens of levels.',
    see: 'RFC 8259, section 9',
    bad: `${'['.repeat(129)}${']'.repeat(129)}`,
    good: '[[["three levels"]]]',
  },
  'number-range': {
    level: 'error',
    summary: 'A number can be held by a double without becoming another one.',
    reason:
      'Most readers hold numbers as IEEE 754 doubles: integers beyond 2^53 are rounded, larger numbers become ' +
      'infinite, and nobody is told. Identifiers are the usual victims. An integer is good, in whatever spelling, ' +
      'exactly if printing its double gives the same number again, as JSON.stringify does: 1152921504606847000 is, ' +
      '1152921504606846976 is not. Fractions may be rounded.',
    see: 'RFC 7493, section 2.2',
    bad: '{"element": "shoji:entity", "self": "", "body": {"isbn": 12345678901234567891}}',
    good: '{"element": "shoji:entity", "self": "", "body": {"isbn": "12345678901234567891"}}',
  },
  'lone-surrogate': {
    level: 'error',
    summary: 'Strings and names hold whole characters.',
    reason:
      'Half of a surrogate pair is no character, and UTF-8 cannot carry it. It comes from a text that was cut ' +
      'in the middle of a character, and becomes U+FFFD or an exception later.',
    see: 'RFC 7493, section 2.1',
    bad: '{"element": "shoji:catalog", "self": "", "title": "\\ud83d"}',
    good: '{"element": "shoji:catalog", "self": "", "title": "\\ud83d\\udcda"}',
  },
  'null-character': {
    level: 'error',
    summary: 'Strings and names hold no U+0000.',
    reason: 'Some databases cannot keep it, and programs in C end the text there.',
    see: 'RFC 8259, section 9',
    bad: '{"element": "shoji:catalog", "self": "", "title": "Books\\u0000"}',
    good: '{"element": "shoji:catalog", "self": "", "title": "Books"}',
  },
};
