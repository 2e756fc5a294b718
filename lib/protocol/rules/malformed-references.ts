import type { UnlocatedFinding } from '../findings.js';
import { checkIri } from '../iri/check-iri.js';
import { entitiesOf, indexNames, linksOf, orderItems } from '../iri-references.js';
import { checkTemplate } from '../uri-template/parse.js';
import type { Subject } from './traits.js';

/** `self`, and what else holds one IRI reference, holds a well-formed one. */
export function* memberIris({ document, dialect }: Subject): Generator<UnlocatedFinding> {
  for (const member of dialect.iriMembers) {
    const value = document[member];
    if (typeof value === 'string') yield* malformedIri(value, `/${member}`);
  }
}

/** Links lead to well-formed IRI references, or are well-formed templates for them. */
export function* linkTargets(subject: Subject): Generator<UnlocatedFinding> {
  for (const { target, pointer } of linksOf(subject)) {
    if (/[{}]/.test(target)) yield* malformedTemplate(target, pointer);
    else yield* malformedIri(target, pointer);
  }
}

/** Entities are well-formed IRI references. */
export function* entityIris(subject: Subject): Generator<UnlocatedFinding> {
  for (const { text, pointer } of entitiesOf(subject)) yield* malformedIri(text, pointer);
}

/** The names in an `index` are well-formed IRI references. */
export function* indexIris(subject: Subject): Generator<UnlocatedFinding> {
  for (const { text, pointer } of indexNames(subject)) {
    // The pointer leads to the member's value, within which a place in its name means nothing.
    for (const { at: _, ...finding } of malformedIri(text, pointer)) yield finding;
  }
}

/** The items of an order's graph, its groups included, are well-formed IRI references. */
export function* graphIris(subject: Subject): Generator<UnlocatedFinding> {
  for (const { text, pointer } of orderItems(subject)) yield* malformedIri(text, pointer);
}

function* malformedIri(text: string, pointer: string): Generator<UnlocatedFinding> {
  const fault = checkIri(text);
  if (fault === undefined) return;
  yield {
    rule: 'malformed-iri',
    level: 'error',
    pointer,
    at: fault.offset,
    message: `this is no IRI reference: ${strayText(text, fault) ?? strayTemplate(text) ?? fault.message}`,
    see: 'RFC 3987, section 2.2',
  };
}

function* malformedTemplate(text: string, pointer: string): Generator<UnlocatedFinding> {
  const fault = checkTemplate(text);
  if (fault === undefined) return;
  yield {
    rule: 'malformed-template',
    level: 'error',
    pointer,
    at: fault.offset,
    message: `this is no URI template: ${strayText(text, fault) ?? fault.message}`,
    see: 'RFC 6570, section 2',
  };
}

/** Only links can be templates, so that a text with braces that is to be checked here must not be one. */
function strayTemplate(text: string): string | undefined {
  if (!/[{}]/.test(text) || checkTemplate(text) !== undefined) return undefined;
  return 'it is a URI template, which only a link can be; write the IRI reference that it expands to';
}

/** What a check has found in a malformed link. */
interface Fault {
  readonly offset: number;
  readonly found: string;
}

/**
 * Says what a malformed link was probably meant to be, where percent-encoding what is wrong with it
 * would only hide the mistake.
 *
 * @returns undefined where the fault's own message says what to write
 */
function strayText(link: string, { offset, found }: Fault): string | undefined {
  const isAround = link.slice(0, offset + 1).trim() === '' || link.slice(offset).trim() === '';
  if (isAround && found !== '') {
    return link.trim() === ''
      ? 'it is nothing but whitespace; write the link'
      : 'there is whitespace around it; leave that out';
  }
  if (found !== '\\') return undefined;
  return 'the backslash separates folders on Windows, but no segments of an IRI; write "/" (%5C where it is part of a name)';
}
