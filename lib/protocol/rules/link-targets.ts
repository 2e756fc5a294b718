import { checkTemplate } from '../uri-template/check.js';
import { malformedIri } from './malformed-iri.js';
import { linksOf } from './members.js';
import type { Remark, Subject } from './rule.js';
import { strayText } from './stray-text.js';

/** Links lead to well-formed IRI references, or are well-formed templates for them. */
export function* linkTargets(subject: Subject): Generator<Remark> {
  for (const { target, pointer } of linksOf(subject)) {
    if (/[{}]/.test(target)) yield* malformedTemplate(target, pointer);
    else yield* malformedIri(target, pointer);
  }
}

function* malformedTemplate(text: string, pointer: string): Generator<Remark> {
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
