import { accept, encoding, mediaType, notAcceptable, vary } from './checks/negotiation-checks.js';
import { address, linkAlive, linkField, linkKind, orphan } from './checks/link-checks.js';
import { agreement, document, duplicateIri, self } from './checks/document-checks.js';
import { caching } from './checks/caching-check.js';
import type { Check } from './checks/check-definition.js';
import { etag, lastModified } from './checks/conditional-checks.js';
import { head, method, options } from './checks/method-checks.js';
import { limits, problem, status } from './checks/status-checks.js';
import { template, unknownVariable } from './checks/template-checks.js';
import { write } from './checks/write-check.js';

export type { CheckPage } from './checks/check-definition.js';

/** Every check, in the order in which they are made. */
export const CHECKS: readonly Check[] = [
  status,
  document,
  linkAlive,
  linkKind,
  address,
  limits,
  self,
  mediaType,
  head,
  etag,
  lastModified,
  caching,
  accept,
  notAcceptable,
  method,
  options,
  vary,
  encoding,
  template,
  unknownVariable,
  problem,
  linkField,
  agreement,
  duplicateIri,
  orphan,
  write,
];
