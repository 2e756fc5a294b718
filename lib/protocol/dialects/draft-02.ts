import { catalog, entity } from '../compiled/draft-02.js';
import { documentErrorRules, documentRules } from '../rules/document-rules.js';
import { DRAFT_02 } from '../sources.js';
import type { DialectDefinition } from './dialect.js';
import { draftMembers, draftNames } from './draft-members.js';

/** Draft 02: links have names. */
export const draft02: DialectDefinition = {
  name: 'draft-02',
  schemas: new Map([
    ['shoji:catalog', catalog],
    ['shoji:entity', entity],
  ]),
  members: draftMembers,
  names: draftNames,
  linkMembers: ['catalogs', 'fragments', 'views'],
  links: 'named',
  iriMembers: ['self'],
  rules: documentRules,
  errorRules: documentErrorRules,
  see: DRAFT_02,
};
