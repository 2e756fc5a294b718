import type { UnlocatedFinding } from '../findings.js';
import { quote, shortenPointer } from '../format-value.js';
import { checkIri } from '../iri/check-iri.js';
import { parseIri, resolveIri } from '../iri/resolve-iri.js';
import { referencesOf } from '../iri-references.js';
import type { Reference } from '../iri-references.js';
import { checkTemplate } from '../uri-template/parse.js';
import { hasScheme, resolveTemplate } from '../uri-template/resolve-template.js';
import type { Subject } from './traits.js';

/** Stands in messages for what a relative `self` does not say. */
const UNKNOWN_BASE = '/…/';

/**
 * Where links are relative paths, the path of `self` ends in "/": its last segment takes no part in
 * resolving them.
 *
 * @see RFC 3986, section 5.2.3
 */
export function* selfWithoutSlash(subject: Subject): Generator<UnlocatedFinding> {
  const { self } = subject.document;
  if (typeof self !== 'string' || checkIri(self) !== undefined) return;
  const last = /[^/]+$/.exec(parseIri(self).path)?.[0];
  if (last === undefined || last === '.' || last === '..') return;
  const cut: Reference[] = [];
  for (const reference of referencesOf(subject)) {
    if (isRelativePath(reference.text) && !beginsWithSegment(reference.text, last)) cut.push(reference);
  }
  const [example] = cut;
  if (example !== undefined) yield cutFinding(self, last, example, cut.length);
}

/** Whether a reference, or a template whatever it is expanded with, is merged with the base's path. */
function isRelativePath(text: string): boolean {
  if (/[{}]/.test(text)) return isRelativeTemplate(text) && checkTemplate(text) === undefined;
  const { scheme, authority, path } = parseIri(text);
  return scheme === undefined && authority === undefined && isMerged(path) && checkIri(text) === undefined;
}

function isRelativeTemplate(text: string): boolean {
  if (text.startsWith('{')) return !/^\{[+#/?]/.test(text) && !hasScheme(text);
  return isMerged(text) && !/^[?#]/.test(text) && !hasScheme(text);
}

function isMerged(path: string): boolean {
  return path !== '' && !path.startsWith('/');
}

/** Whether a link repeats the last segment of `self`, as one who knows that it is dropped does. */
function beginsWithSegment(text: string, last: string): boolean {
  const link = text.replace(/^(?:\.\/)+/, '');
  return link.startsWith(last) && /^(?:$|[/?#{])/.test(link.slice(last.length));
}

function cutFinding(
  self: string,
  last: string,
  { text, pointer }: Reference,
  count: number,
): UnlocatedFinding {
  const base = resolveIri(self, UNKNOWN_BASE);
  const meant = resolveIri(`${last.includes(':') ? './' : ''}${last}/`, base);
  const links = count === 1 ? 'the relative link' : `${count} relative links, such as`;
  return {
    rule: 'self-without-slash',
    level: 'warning',
    pointer: '/self',
    message:
      `the path of ${quote(self)} does not end in "/", so that its last segment is dropped for ${links} ` +
      `${quote(text)} at ${shortenPointer(pointer)}: that leads to ${quote(resolve(text, base))}, where ${quote(resolve(text, meant))} ` +
      `is probably meant; end the path of "self" in "/", or begin such links with ${quote(`${last}/`)}`,
    see: 'RFC 3986, section 5.2.3',
  };
}

function resolve(text: string, base: string): string {
  return text.includes('{') ? resolveTemplate(text, base) : resolveIri(text, base);
}
