import { checkIri } from '../iri.js';
import { checkTemplate } from '../uri-template/check.js';
import { strayText } from './stray-text.js';
import type { Remark } from './rule.js';

/** What is to be said of a text that must be an IRI reference: one remark, or none. */
export function* malformedIri(text: string, pointer: string): Generator<Remark> {
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

/** Only links can be templates, so that a text with braces that is to be checked here must not be one. */
function strayTemplate(text: string): string | undefined {
  if (!/[{}]/.test(text) || checkTemplate(text) !== undefined) return undefined;
  return 'it is a URI template, which only a link can be; write the IRI reference that it expands to';
}
