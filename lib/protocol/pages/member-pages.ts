import type { RulePage } from './rule-page.js';
import { CRUNCH, DIALECT_CHOICE, DOCUMENTS, DRAFT_02 } from '../sources.js';

type MemberRule =
  | 'missing-element'
  | 'wrong-element'
  | 'unknown-element'
  | 'missing-member'
  | 'member-type'
  | 'item-type'
  | 'order-group'
  | 'misplaced-member'
  | 'misspelt-member'
  | 'malformed-date'
  | 'bare-date'
  | 'dialect-chosen'
  | 'other-dialect';

/** What a document must say of its kind, and what its members must be. */
export const memberPages: Readonly<Record<MemberRule, RulePage>> = {
  'missing-element': {
    level: 'error',
    summary: 'A catalog or an entity says which of the two it is, in "element".',
    reason:
      'Anything without "element" is a Value document, so that a client that gets one finds no links in it. It ' +
      'is an error where the other members leave no doubt, and a warning where they leave some. Where it is a ' +
      'Value document after all, say so: --value; in code value: true.',
    see: DOCUMENTS,
    bad: '{"self": "http://library.example/books/", "catalogs": {"authors": "authors/"}}',
    good: '{"element": "shoji:catalog", "self": "http://library.example/books/", "catalogs": {"authors": "authors/"}}',
  },
  'wrong-element': {
    level: 'error',
    summary: 'The "element" of a catalog or an entity is one of the elements of Shoji.',
    reason:
      'With any other "element" the document is a Value document. It is an error where the other members leave ' +
      'no doubt that it was not meant to be one, and a warning where they leave some. Where it is a Value ' +
      'document after all, say so: --value; in code value: true.',
    see: DOCUMENTS,
    bad: '{"element": "entity", "self": "http://library.example/books/1/", "body": {"title": "Akira"}}',
    good: '{"element": "shoji:entity", "self": "http://library.example/books/1/", "body": {"title": "Akira"}}',
  },
  'unknown-element': {
    level: 'error',
    summary: 'An "element" that begins with "shoji:" is one that the dialect has.',
    reason:
      'Clients choose what to do with a document by its element, letter for letter, and do nothing with one that ' +
      'they do not know.',
    see: DIALECT_CHOICE,
    bad: '{"element": "shoji:Catalog", "self": ""}',
    good: '{"element": "shoji:catalog", "self": ""}',
  },
  'missing-member': {
    level: 'error',
    summary: 'A document has the members that its kind requires.',
    reason:
      'An entity holds its values in "body". A document that is served says where it is in "self", against which ' +
      'its links are resolved; a request need not (--role request). An order of the dialect crunch has a "graph".',
    see: DRAFT_02,
    bad: '{"element": "shoji:entity", "self": "http://library.example/books/1/"}',
    good: '{"element": "shoji:entity", "self": "http://library.example/books/1/", "body": {}}',
  },
  'member-type': {
    level: 'error',
    summary: 'The members that Shoji names are of the types that it gives them.',
    reason: 'A client that looks for a map of links finds nothing in an array, and fails at null.',
    see: DRAFT_02,
    bad: '{"element": "shoji:catalog", "self": "", "entities": {"1": "1/"}}',
    good: '{"element": "shoji:catalog", "self": "", "entities": ["1/"]}',
  },
  'item-type': {
    level: 'error',
    summary:
      'What is in a map of links, in "entities", in an "index" or in a "graph" is of the type that belongs there.',
    reason: 'A link is a string. A client cannot follow an object, null, or a number.',
    see: DRAFT_02,
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": {"href": "authors/"}}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "authors/"}}',
  },
  'order-group': {
    level: 'error',
    summary: 'A group in an order is an object with one member, from its name to what is in it.',
    reason:
      'The members of an object have no order, so that two groups in one object could not be told which comes first.',
    see: CRUNCH,
    dialect: 'crunch',
    bad: '{"element": "shoji:order", "self": "", "graph": [{"Fiction": ["1/"], "Poetry": ["2/"]}]}',
    good: '{"element": "shoji:order", "self": "", "graph": [{"Fiction": ["1/"]}, {"Poetry": ["2/"]}]}',
  },
  'misplaced-member': {
    level: 'warning',
    summary: 'The members of a document belong to its kind.',
    reason:
      'Entities have a "body", catalogs have "entities". Clients pass over what their kind of document does not ' +
      'have, so that what stands there is lost, or "element" is wrong.',
    see: DRAFT_02,
    bad: '{"element": "shoji:catalog", "self": "", "body": {"title": "Akira"}}',
    good: '{"element": "shoji:entity", "self": "", "body": {"title": "Akira"}}',
  },
  'misspelt-member': {
    level: 'warning',
    summary: 'No member stands where one of nearly the same name is absent.',
    reason:
      'Members that Shoji does not name are allowed, and mean nothing: nobody would say that the letters of one ' +
      'are wrong. It is said where the name of an absent member differs in case, in one letter or in number.',
    see: DOCUMENTS,
    bad: '{"element": "shoji:catalog", "self": "", "entites": ["1/"]}',
    good: '{"element": "shoji:catalog", "self": "", "entities": ["1/"]}',
  },
  'malformed-date': {
    level: 'error',
    summary: 'A date is an RFC 3339 date-time that the calendar has, between two "#".',
    reason: 'Clients compare dates to see what has changed, and can compare nothing that they cannot read.',
    see: 'RFC 3339, section 5.6',
    bad: '{"element": "shoji:catalog", "self": "", "updated": "#2003-02-30T18:30:02Z#"}',
    good: '{"element": "shoji:catalog", "self": "", "updated": "#2003-02-28T18:30:02Z#"}',
  },
  'bare-date': {
    level: 'warning',
    summary: 'A date stands between two "#".',
    reason: 'The marks tell a date from a string. Clients that look for them take a bare date for a string.',
    see: DRAFT_02,
    bad: '{"element": "shoji:catalog", "self": "", "updated": "2003-12-13T18:30:02Z"}',
    good: '{"element": "shoji:catalog", "self": "", "updated": "#2003-12-13T18:30:02Z#"}',
  },
  'dialect-chosen': {
    level: 'note',
    summary: 'Says which dialect a document was judged as, where that was left to the validator.',
    reason:
      'With the dialect auto, "shoji:view" and "shoji:order" speak for crunch, arrays of links for draft-01, and ' +
      '"index", "orders", "urls" and "folder_trees" for crunch again; everything else is draft-02. Naming the ' +
      'dialect makes the verdict independent of what is in the document.',
    see: DIALECT_CHOICE,
    dialect: 'auto',
    goodDialect: 'draft-01',
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": ["authors/"]}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": ["authors/"]}',
  },
  'other-dialect': {
    level: 'note',
    summary: 'Says that a document reads like one of another dialect than it is judged as.',
    reason:
      'Judged as the wrong dialect, a document has errors that it has not, and none of those that it has. Judge ' +
      'it as the other one (--dialect), or as auto, which picks one.',
    see: DIALECT_CHOICE,
    bad: '{"element": "shoji:catalog", "self": "", "index": {"1/": {"title": "Akira"}}}',
    goodDialect: 'crunch',
    good: '{"element": "shoji:catalog", "self": "", "index": {"1/": {"title": "Akira"}}}',
  },
};
