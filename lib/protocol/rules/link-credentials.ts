import { parseIri } from '../iri.js';
import { referencesOf } from './references.js';
import type { Remark, Subject } from './rule.js';

/** No link gives a user's name or password to everybody who receives the document. */
export function* linkCredentials(subject: Subject): Generator<Remark> {
  const { self } = subject.document;
  if (typeof self === 'string') yield* remarkOn(self, '/self');
  for (const { text, pointer } of referencesOf(subject)) yield* remarkOn(text, pointer);
}

function* remarkOn(text: string, pointer: string): Generator<Remark> {
  // A template can have an "@" in the middle of an expression, but not where an authority is.
  if (!text.includes('@') || !/^https?:/i.test(text)) return;
  if (parseIri(text).authority?.includes('@') !== true) return;
  yield {
    rule: 'link-credentials',
    level: 'warning',
    pointer,
    message:
      'there is a user name or password before the "@" of this IRI, which goes to everybody who receives ' +
      'the document, and which clients refuse; leave out all from "//" to "@"',
    see: 'RFC 9110, section 4.2.4',
  };
}
