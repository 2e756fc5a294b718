import { doubled } from './doubled.js';
import { doubtful } from './doubtful.js';
import { empty } from './empty.js';
import { jsonFaults, tooDeep } from './json-faults.js';
import { malformedDate } from './malformed-date.js';
import { malformedIri } from './malformed-iri.js';
import { malformedTemplate } from './malformed-template.js';
import { misplaced } from './misplaced.js';
import { missing } from './missing.js';
import { misspelt } from './misspelt.js';
import type { Family } from './mutation.js';
import { wrongElement } from './wrong-element.js';
import { wrongType } from './wrong-type.js';

/** Every kind of mutation, by its name. */
export const families: Readonly<Record<string, Family>> = {
  missing,
  'wrong element': wrongElement,
  'wrong type': wrongType,
  empty,
  'malformed IRI': malformedIri,
  'malformed template': malformedTemplate,
  'malformed date': malformedDate,
  misplaced,
  misspelt,
  doubtful,
  doubled,
  'JSON fault': jsonFaults,
  'too deep': tooDeep,
};

/** Those after which a document can be judged further, so that they can be combined. */
export const combinable: readonly Family[] = Object.values(families).filter(
  (family) => family !== wrongElement && family !== tooDeep,
);
