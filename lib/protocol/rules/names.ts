/**
 * The names of all rules that documents are judged by, in the order in which they are explained: the
 * text, the kind of document, its members, its links, its dates, its dialect. They are stable.
 */
export const RULES = [
  'invalid-utf8',
  'byte-order-mark',
  'empty',
  'malformed-json',
  'duplicate-name',
  'forbidden-name',
  'too-deep',
  'number-range',
  'lone-surrogate',
  'null-character',
  'missing-element',
  'wrong-element',
  'unknown-element',
  'missing-member',
  'member-type',
  'item-type',
  'order-group',
  'misplaced-member',
  'misspelt-member',
  'malformed-iri',
  'malformed-template',
  'empty-link',
  'empty-link-name',
  'repeated-link',
  'repeated-link-name',
  'repeated-entity',
  'null-entry',
  'self-without-slash',
  'unsafe-scheme',
  'link-credentials',
  'malformed-date',
  'bare-date',
  'dialect-chosen',
  'other-dialect',
] as const;

/** The name of a rule. */
export type RuleName = (typeof RULES)[number];
