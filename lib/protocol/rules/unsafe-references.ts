import type { UnlocatedFinding } from '../findings.js';
import { quote } from '../format-value.js';
import { parseIri } from '../iri/resolve-iri.js';
import { referencesOf } from '../iri-references.js';
import type { PointedText } from '../iri-references.js';
import type { Subject } from './traits.js';

/** No link is empty, since the empty reference leads to the document that it stands in. */
export function* emptyLink(subject: Subject): Generator<UnlocatedFinding> {
  for (const { kind, text, pointer } of referencesOf(subject)) {
    if (text !== '') continue;
    yield {
      rule: 'empty-link',
      level: 'warning',
      pointer,
      message: `this ${kind} is "", which leads to this document itself; write where it leads, or leave it out`,
      see: 'RFC 3986, section 4.4',
    };
  }
}

/** Links lead to resources that everybody who receives the document can safely follow. */
export function* unsafeScheme(subject: Subject): Generator<UnlocatedFinding> {
  for (const { text, pointer } of selfAndReferences(subject)) {
    const danger = dangerOf(text);
    if (danger === undefined) continue;
    yield {
      rule: 'unsafe-scheme',
      level: 'warning',
      pointer,
      message: `${quote(text)} ${danger}; write an http or https IRI, or a relative reference`,
      see: 'RFC 3986, section 7',
    };
  }
}

/** No link gives a user's name or password to everybody who receives the document. */
export function* linkCredentials(subject: Subject): Generator<UnlocatedFinding> {
  for (const { text, pointer } of selfAndReferences(subject)) {
    // A template can have an "@" in the middle of an expression, but not where an authority is.
    if (!text.includes('@') || !/^https?:/i.test(text)) continue;
    if (parseIri(text).authority?.includes('@') !== true) continue;
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
}

/** `self`, and all by which the document refers to other resources. */
function* selfAndReferences(subject: Subject): Generator<PointedText> {
  const { self } = subject.document;
  if (typeof self === 'string') yield { text: self, pointer: '/self' };
  yield* referencesOf(subject);
}

/** Schemes of IRIs that hold what is shown or run, instead of leading to it. */
const CODE: ReadonlySet<string> = new Set(['javascript', 'vbscript', 'data']);
/** Schemes of IRIs that mean something else to each machine. */
const LOCAL: ReadonlySet<string> = new Set(['file', 'blob']);

function dangerOf(text: string): string | undefined {
  if (/^[a-z]:[/\\]/i.test(text))
    return 'begins like a path on a drive of Windows, which leads nowhere elsewhere';
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  if (CODE.has(scheme))
    return 'does not lead to a resource: it holds what is run or shown where it is followed';
  return LOCAL.has(scheme) ? 'leads into the machine of whoever follows it' : undefined;
}
