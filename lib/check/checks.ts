import { accept } from './checks/accept.js';
import { address } from './checks/address.js';
import { agreement } from './checks/agreement.js';
import { caching } from './checks/caching.js';
import type { Check } from './checks/check.js';
import { document } from './checks/document.js';
import { duplicateIri } from './checks/duplicate-iri.js';
import { encoding } from './checks/encoding.js';
import { etag } from './checks/etag.js';
import { head } from './checks/head.js';
import { lastModified } from './checks/last-modified.js';
import { limits } from './checks/limits.js';
import { linkAlive } from './checks/link-alive.js';
import { linkField } from './checks/link-field.js';
import { linkKind } from './checks/link-kind.js';
import { mediaType } from './checks/media-type.js';
import { method } from './checks/method.js';
import { notAcceptable } from './checks/not-acceptable.js';
import { options } from './checks/options.js';
import { orphan } from './checks/orphan.js';
import { problem } from './checks/problem.js';
import { self } from './checks/self.js';
import { status } from './checks/status.js';
import { template } from './checks/template.js';
import { unknownVariable } from './checks/unknown-variable.js';
import { vary } from './checks/vary.js';
import { write } from './checks/write.js';

export type { CheckPage } from './checks/check.js';

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
