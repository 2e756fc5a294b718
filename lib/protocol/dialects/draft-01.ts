import { catalog, entity } from '../compiled/draft-01.js';
import { documentErrorRules, documentRules } from '../rules/document-rules.js';
import { DRAFT_01 } from '../sources.js';
import type { DialectDefinition } from './dialect.js';
import { draftMembers, draftNames } from './draft-members.js';

/** Draft 01: links have no names. */
export const draft01: DialectDefinition = {
  name: 'draft-01',
  schemas: new Map([
    ['shoji:catalog', catalog],
    ['shoji:entity', entity],
  ]),
  members: draftMembers,
  names: draftNames,
  linkMembers: ['catalogs', 'fragments', 'views'],
  links: 'unnamed',
  iriMembers: ['self'],
  rules: documentRules,
  errorRules: documentErrorRules,
  see: DRAFT_01,
};
