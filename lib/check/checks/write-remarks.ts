import type { Remark } from './check-definition.js';
import { formatValue, OTHER_TAG } from './field-values.js';

export const nothingToWrite = (iri: string): Remark => ({
  rule: 'nothing-to-write',
  level: 'warning',
  iri,
  message: 'nothing was written: the catalog lists no entity to take a body from; give one',
});

export const notCreated = (iri: string, status: number): Remark => ({
  rule: 'not-created',
  level: 'error',
  iri,
  message: `POST of an entity is answered with ${status}; answer 201, or give a body that the catalog takes`,
  see: 'RFC 9110, section 9.3.3',
});

export const otherSuccess = (iri: string, status: number): Remark => ({
  rule: 'created-status',
  level: 'error',
  iri,
  message: `POST of an entity is answered with ${status}; answer 201 with its Location`,
  see: 'RFC 9110, section 9.3.3',
});

export const noLocation = (iri: string, self: string | undefined): Remark => ({
  rule: 'no-location',
  level: 'error',
  iri,
  message:
    'the answer to POST has no Location, so that nobody knows what was created; ' +
    (self === undefined
      ? 'the check could not remove it: remove it by hand'
      : `its document says that it is ${self}`),
  see: 'RFC 9110, section 10.2.2',
});

export const notNew = (iri: string, location: string): Remark => ({
  rule: 'not-new',
  level: 'error',
  iri,
  message: `the Location in the answer to POST is ${location}, which was there before; it was left alone, and what was created may still be there`,
  see: 'RFC 9110, section 9.3.3',
});

export const notReadable = (iri: string, status: number): Remark => ({
  rule: 'not-readable',
  level: 'error',
  iri,
  message: `it was created, but GET of its Location is answered with ${status}`,
  see: 'RFC 9110, section 9.3.3',
});

export const lostUpdate = (iri: string, method: string, status: number): Remark => ({
  rule: 'lost-update',
  level: 'error',
  iri,
  message: `${method} with If-Match: ${OTHER_TAG}, which is not its ETag, is answered with ${status}; answer 412 and change nothing, or updates are lost`,
  see: 'RFC 9110, section 13.1.1',
});

export const notGuarded = (iri: string, method: string, status: number): Remark => ({
  rule: 'if-match-status',
  level: 'warning',
  iri,
  message: `${method} with If-Match: ${OTHER_TAG}, which is not its ETag, is answered with ${status}; answer 412`,
  see: 'RFC 9110, section 13.1.1',
});

export const notChanged = (iri: string, method: string, status: number): Remark => ({
  rule: 'not-changed',
  level: 'error',
  iri,
  message: `${method} with what was created is answered with ${status}; a client that sends back what it read must be understood`,
  see: method === 'PUT' ? 'RFC 9110, section 9.3.4' : 'RFC 5789, section 2',
});

export const notRemoved = (iri: string, what: string): Remark => ({
  rule: 'not-removed',
  level: 'error',
  iri,
  message: `DELETE is ${what}: what the check created is still there; remove it by hand`,
  see: 'RFC 9110, section 9.3.5',
});

export const stillThere = (iri: string, status: number): Remark => ({
  rule: 'still-there',
  level: 'error',
  iri,
  message: `DELETE was answered with success, but GET still with ${status}; answer 404 or 410`,
  see: 'RFC 9110, section 9.3.5',
});

export const locationElsewhere = (iri: string, location: string): Remark => ({
  rule: 'location-elsewhere',
  level: 'error',
  iri,
  message: `the Location in the answer to POST is ${location}, which is not of the catalog's origin; name the entity that was created, which may still be there: remove it by hand`,
  see: 'RFC 9110, section 10.2.2',
});

export const otherLocation = (iri: string, location: string, self: string): Remark => ({
  rule: 'location-differs',
  level: 'error',
  iri,
  message: `the answer to POST has the Location ${location}, but the "self" of its document is ${self}; write the same in both`,
  see: 'RFC 9110, section 10.2.2',
});

export const lacksSent = (iri: string, names: readonly string[]): Remark => ({
  rule: 'created-lacks',
  level: 'warning',
  iri,
  message: `what was created lacks what was sent: ${listNames(names)}; keep it, or refuse it with 400 or 422`,
  see: 'RFC 9110, section 9.3.3',
});

export const staleTag = (iri: string, method: string, inAnswer: string, inGet: string): Remark => ({
  rule: 'stale-etag',
  level: 'warning',
  iri,
  message: `the answer to ${method} has the ETag ${formatValue(inAnswer)}, but GET gives ${formatValue(inGet)}: who guards the next change by the former is refused; send the ETag of what GET gives`,
  see: 'RFC 9110, section 8.8.3',
});

export const notListed = (iri: string, created: string): Remark => ({
  rule: 'not-listed',
  level: 'warning',
  iri,
  message: `it lists other entities, but not ${created}, which POST created in it; list it`,
  see: 'Shoji draft 02, section 1.1',
});

export const stillListed = (iri: string, removed: string): Remark => ({
  rule: 'still-listed',
  level: 'error',
  iri,
  message: `it still lists ${removed} after DELETE; leave out what is no longer there`,
  see: 'Shoji draft 02, section 1.1',
});

export const malformedAccepted = (iri: string, what: string, status: number, wanted: string): Remark => ({
  rule: 'malformed-accepted',
  // To be generous in what is taken breaks no client.
  level: status < 300 && wanted === '415' ? 'warning' : 'error',
  iri,
  message: `POST of ${what} is answered with ${status}; answer ${wanted}`,
  see: 'RFC 9110, section 15.5',
});

export const changeNotKept = (iri: string, method: string, names: readonly string[]): Remark => ({
  rule: 'change-not-kept',
  level: 'error',
  iri,
  message: `${method} of another value was answered with success, but GET gives the old one for ${listNames(names)}; keep the change, or refuse it`,
  see: method === 'PUT' ? 'RFC 9110, section 9.3.4' : 'RFC 5789, section 2',
});

export const patchLoses = (iri: string, names: readonly string[]): Remark => ({
  rule: 'patch-loses-members',
  level: 'error',
  iri,
  message: `PATCH of one member removed others: ${listNames(names)}; change what is given alone`,
  see: 'RFC 5789, section 2',
});

export const keptTag = (iri: string, method: string, tag: string): Remark => ({
  rule: 'etag-kept',
  level: 'error',
  iri,
  message: `${method} changed the document, but its ETag is still ${formatValue(tag)}, so that clients keep what is stale; change it with the document`,
  see: 'RFC 9110, section 8.8.1',
});

export const refusedButChanged = (iri: string, method: string): Remark => ({
  rule: 'refused-but-changed',
  level: 'error',
  iri,
  message: `${method} was refused with 412, but changed the document all the same; look at If-Match before anything is changed`,
  see: 'RFC 9110, section 13.1.1',
});

export const failsAgain = (iri: string, status: number): Remark => ({
  rule: 'delete-again',
  level: 'error',
  iri,
  message: `DELETE of what was removed already is answered with ${status}; answer 404 or 410`,
  see: 'RFC 9110, section 9.2.2',
});

const listNames = (names: readonly string[]): string => names.slice(0, 5).map(formatValue).join(', ');
