import type { RulePage } from './rule-page.js';
import { CRUNCH, DRAFT_01, DRAFT_02, IRI_MAPS, IRI_REFERENCES } from '../sources.js';

type LinkRule =
  | 'malformed-iri'
  | 'malformed-template'
  | 'empty-link'
  | 'empty-link-name'
  | 'repeated-link'
  | 'repeated-link-name'
  | 'repeated-entity'
  | 'null-entry'
  | 'self-without-slash'
  | 'unsafe-scheme'
  | 'link-credentials';

/** What references to other resources must be. */
export const linkPages: Readonly<Record<LinkRule, RulePage>> = {
  'malformed-iri': {
    level: 'error',
    summary: 'A link, an entity and "self" are IRI references.',
    reason:
      'A space, a quote, a backslash or a lone "%" stands in no IRI. Some clients mend it, each in its own way, ' +
      'others refuse to follow it. Only links can be URI templates: "self" and entities have to lead somewhere.',
    see: 'RFC 3987, section 2.2',
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"best sellers": "best sellers/"}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"best sellers": "best%20sellers/"}}',
  },
  'malformed-template': {
    level: 'error',
    summary: 'A link with braces is a URI template.',
    reason: 'Clients expand templates, and cannot expand what is none.',
    see: 'RFC 6570, section 2',
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"by year": "years/{?year"}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"by year": "years/{?year}"}}',
  },
  'empty-link': {
    level: 'warning',
    summary: 'No link, entity or item is empty.',
    reason:
      'The empty reference leads to the document itself. A client that follows all links gets what it has, and ' +
      'mostly it stands for an IRI that somebody forgot to fill in.',
    see: 'RFC 3986, section 4.4',
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": ""}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "authors/"}}',
  },
  'empty-link-name': {
    level: 'error',
    summary: 'Every link in a map has a name.',
    reason: 'The name is what clients bind to, as they do to the type of a link relation.',
    see: DRAFT_02,
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"": "authors/"}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "authors/"}}',
  },
  'repeated-link': {
    level: 'warning',
    summary: 'No two links of one array are the same, once resolved.',
    reason:
      'The arrays of draft 01 give links no names: a client that follows all of them fetches one twice.',
    see: DRAFT_01,
    dialect: 'draft-01',
    bad: '{"element": "shoji:catalog", "self": "/books/", "catalogs": ["authors/", "/books/authors/"]}',
    good: '{"element": "shoji:catalog", "self": "/books/", "catalogs": ["authors/"]}',
  },
  'repeated-link-name': {
    level: 'warning',
    summary: 'No name stands in two maps of one document.',
    reason: 'A client that looks a name up cannot tell the two links apart.',
    see: IRI_MAPS,
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "authors/"}, "views": {"authors": "names"}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "authors/"}, "views": {"names": "names"}}',
  },
  'repeated-entity': {
    level: 'warning',
    summary: 'No two entities of a catalog are the same one, once resolved.',
    reason: 'A client that counts the entities, or fetches them all, takes one for two.',
    see: IRI_REFERENCES,
    bad: '{"element": "shoji:catalog", "self": "/books/", "entities": ["1/", "/books/1/"]}',
    good: '{"element": "shoji:catalog", "self": "/books/", "entities": ["1/", "/books/2/"]}',
  },
  'null-entry': {
    level: 'warning',
    summary: 'In an "index" that is served, an entity has an object of attributes.',
    reason:
      'In a request, null in the place of the attributes removes the entity. What it means in a document that is ' +
      'served is said nowhere, and a client that reads attributes of it breaks.',
    see: CRUNCH,
    dialect: 'crunch',
    bad: '{"element": "shoji:catalog", "self": "/books/", "index": {"1/": null}}',
    good: '{"element": "shoji:catalog", "self": "/books/", "index": {"1/": {}}}',
  },
  'self-without-slash': {
    level: 'warning',
    summary: 'Where links are relative paths, the path of "self" ends in "/".',
    reason:
      'A relative path takes the place of what follows the last "/" of "self", so that "1/" in ' +
      'http://library.example/books leads to http://library.example/1/. Links that begin with that last segment ' +
      '("books/1/") are right, and nothing is said of them.',
    see: 'RFC 3986, section 5.2.3',
    bad: '{"element": "shoji:catalog", "self": "http://library.example/books", "entities": ["1/"]}',
    good: '{"element": "shoji:catalog", "self": "http://library.example/books/", "entities": ["1/"]}',
  },
  'unsafe-scheme': {
    level: 'warning',
    summary: 'No reference has a scheme that runs code or that leads into the machine of whoever follows it.',
    reason:
      'A page that shows the links of a document hands javascript:, vbscript: and data: to a browser; file:, blob: ' +
      'and the letter of a drive mean something else on each machine.',
    see: 'RFC 3986, section 7',
    bad: '{"element": "shoji:catalog", "self": "", "views": {"total": "javascript:total()"}}',
    good: '{"element": "shoji:catalog", "self": "", "views": {"total": "total"}}',
  },
  'link-credentials': {
    level: 'warning',
    summary: 'No http or https reference holds a user name or a password.',
    reason:
      'Everybody who receives the document gets them, logs keep them, and HTTP forbids senders to write them; ' +
      'fetch() refuses such IRIs.',
    see: 'RFC 9110, section 4.2.4',
    bad: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "http://reader:secret@library.example/authors/"}}',
    good: '{"element": "shoji:catalog", "self": "", "catalogs": {"authors": "http://library.example/authors/"}}',
  },
};
