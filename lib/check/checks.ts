import { cachingCheck } from './checks/caching-check.js';
import type { Check } from './checks/check-definition.js';
import { etagCheck, lastModifiedCheck } from './checks/conditional-checks.js';
import { agreementCheck, documentCheck, duplicateIriCheck, selfCheck } from './checks/document-checks.js';
import {
  addressCheck,
  linkAliveCheck,
  linkFieldCheck,
  linkKindCheck,
  orphanCheck,
} from './checks/link-checks.js';
import { headCheck, methodCheck, optionsCheck } from './checks/method-checks.js';
import {
  acceptCheck,
  encodingCheck,
  mediaTypeCheck,
  notAcceptableCheck,
  varyCheck,
} from './checks/negotiation-checks.js';
import { limitsCheck, problemCheck, statusCheck } from './checks/status-checks.js';
import { templateCheck, unknownVariableCheck } from './checks/template-checks.js';
import { writeCheck } from './checks/write-check.js';

/**
 * Every check that `check()` makes by default, in their order. Read what they look at, leave some out, or add a
 * {@link Check} of your own.
 *
 * @example
 * import { check, CHECKS } from 'koa-shoji/check';
 *
 * const readOnly = CHECKS.filter(({ name }) => name !== 'write');
 * for await (const { iri, message } of check('https://api.example.org/', { checks: readOnly })) {
 *   console.log(iri, message);
 * }
 */
export const CHECKS: readonly Check[] = [
  statusCheck,
  documentCheck,
  linkAliveCheck,
  linkKindCheck,
  addressCheck,
  limitsCheck,
  selfCheck,
  mediaTypeCheck,
  headCheck,
  etagCheck,
  lastModifiedCheck,
  cachingCheck,
  acceptCheck,
  notAcceptableCheck,
  methodCheck,
  optionsCheck,
  varyCheck,
  encodingCheck,
  templateCheck,
  unknownVariableCheck,
  problemCheck,
  linkFieldCheck,
  agreementCheck,
  duplicateIriCheck,
  orphanCheck,
  writeCheck,
];
