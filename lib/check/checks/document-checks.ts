import { checkIri } from '../../protocol/iri/check-iri.js';
import { parseIri } from '../../protocol/iri/resolve-iri.js';
import { findInvalidUtf8 } from '../../protocol/json/read.js';
import type { TemplateScalar } from '../../protocol/uri-template/expand.js';
import { canonicalIri } from '../crawl/canonical-iri.js';
import { isAlive } from '../crawl/visited-resource.js';
import type { ResourceRecord } from '../crawl/visited-resource.js';
import type { Check, Remark } from './check-definition.js';
import { formatValue, isJsonType, readContentType } from './field-values.js';

export const documentCheck: Check = {
  name: 'document',
  summary: 'every document is a valid Shoji document, every value is JSON',
  explanation:
    'A client that reads a document counts on its members being there, and on their being what the protocol ' +
    'says. What is wrong with a document is told by the rules of "shoji validate", under their own names.',
  see: 'Shoji draft 02, section 1.1',

  *ofResource({ response, depth, expected, text, validation }) {
    if (response === undefined || response.body.length === 0) return;
    const type = readContentType(response.headers.get('content-type') ?? '')?.type;
    if (expected === 'any' && !(type !== undefined && isJsonType(type))) return;
    if (text === undefined) {
      yield notUtf8(findInvalidUtf8(response.body)?.byte ?? 0);
      return;
    }
    for (const finding of validation?.findings ?? []) {
      // Of links that may not be followed, the check of addresses speaks.
      if (finding.rule === 'unsafe-scheme') continue;
      // Where the dialect is picked for each document, the start's is worth a word, and a thousand others are not.
      if (finding.rule === 'dialect-chosen' && depth > 0) continue;
      yield finding;
    }
  },
};

const notUtf8 = (byte: number) =>
  ({
    rule: 'not-utf8',
    level: 'error',
    message: `the body is no UTF-8 from byte ${byte} on, and cannot be read; JSON that is exchanged is always UTF-8`,
    see: 'RFC 8259, section 8.1',
  }) as const;

export const selfCheck: Check = {
  name: 'self',
  summary: '"self" is the IRI that the document was fetched from',
  explanation:
    'The references of a document are resolved against its "self". Where that is another IRI than the one that ' +
    'answered, every relative link leads astray, and a client that keeps documents by "self" mixes them up.',
  see: 'Shoji draft 02, section 1.1',

  *ofResource({ response, shoji, base, expected, validation }) {
    const value = shoji?.['self'];
    if (response === undefined || typeof value !== 'string' || checkIri(value) !== undefined) return;
    // What is judged as a value has no "self" that would mean anything.
    if (expected === 'value' && validation?.dialect !== 'crunch') return;
    const named = canonicalIri(base);
    if (named !== canonicalIri(response.iri)) yield otherSelf(value, named, response.iri);
    else if (parseIri(value).fragment !== undefined) yield withFragment(value);
  },
};

const otherSelf = (value: string, named: string | undefined, fetched: string): Remark => ({
  rule: 'self',
  level: 'error',
  pointer: '/self',
  message: `"self" is ${formatValue(value)}, which is ${named}, but the document was fetched from ${fetched}; write the IRI that answers, or ""`,
});

const withFragment = (value: string): Remark => ({
  rule: 'self-fragment',
  level: 'warning',
  pointer: '/self',
  message: `"self" is ${formatValue(value)}, with a fragment, which names a part of a document; leave out "#" and what follows it`,
  see: 'RFC 3986, section 3.5',
});

export const agreementCheck: Check = {
  name: 'agreement',
  summary: 'a fragment is what the body of its entity says',
  explanation:
    "An entity's fragments are its values, each on its own. A client that reads a value in one place and writes it in " +
    'the other brings back what is stale where the two differ.',
  see: 'Shoji draft 02, section 1.1',

  *ofApi({ resources, links }) {
    for (const { iri, self, scalars } of resources.values()) {
      // What a document says under the name of another is told of as that.
      if (self !== iri) continue;
      for (const { member, name, to, pointer, dialect, expansion } of links.get(iri) ?? []) {
        // In the dialect of Crunch, fragments are resources of their own.
        if (member !== 'fragments' || dialect === 'crunch' || name === undefined) continue;
        const target = resources.get(to);
        if (target === undefined || !isAlive(target) || expansion !== undefined) continue;
        const inBody = Object.hasOwn(scalars, name) ? scalars[name] : undefined;
        if (inBody === undefined || target.value === undefined || inBody === target.value) continue;
        yield otherFragment(iri, pointer, inBody, target.value, to);
      }
    }
  },
};

const otherFragment = (
  iri: string,
  pointer: string,
  inBody: TemplateScalar,
  alone: TemplateScalar,
  to: string,
): Remark => ({
  rule: 'other-fragment',
  level: 'warning',
  iri,
  pointer,
  message: `"body" says ${formatScalar(inBody)}, but the fragment ${to} is ${formatScalar(alone)}; give both from one source`,
});

const formatScalar = (value: TemplateScalar): string =>
  typeof value === 'string' ? formatValue(value) : String(value);

export const duplicateIriCheck: Check = {
  name: 'duplicate-iri',
  summary: 'one resource has one IRI',
  explanation:
    'A client that meets one resource under two IRIs keeps two copies, of which one is stale as soon as the other ' +
    'is changed.',
  see: 'RFC 9110, section 4.2.3',

  *ofApi({ resources }) {
    const bySelf = new Map<string, ResourceRecord>();
    const byShape = new Map<string, ResourceRecord>();
    const byContent = new Map<string, ResourceRecord>();
    for (const resource of resources.values()) {
      if (!isAlive(resource) || resource.outcome.redirects.length > 0 || resource.kind === 'value') continue;
      const { self, isSelfOwn, iri } = resource;
      const sameSelf = self !== undefined && isSelfOwn ? bySelf.get(self) : undefined;
      const likely = byShape.get(shapeOf(iri));
      if (sameSelf !== undefined) yield saysTheSame(resource, sameSelf);
      else if (likely !== undefined && isSame(resource, likely)) yield looksTheSame(resource, likely);
      else if (likely === undefined && !isSelfOwn) {
        const content = contentOf(resource);
        const same = content === undefined ? undefined : byContent.get(content);
        if (same !== undefined) yield mayBeTheSame(resource, same);
        else if (content !== undefined) byContent.set(content, resource);
      }
      if (self !== undefined && isSelfOwn && sameSelf === undefined) bySelf.set(self, resource);
      if (likely === undefined) byShape.set(shapeOf(iri), resource);
    }
  },
};

/**
 * Reduces an IRI to what servers tell apart; they tend to ignore case, slashes that double or end the path, and the
 * order of a query's variables.
 */
function shapeOf(iri: string): string {
  const [path = '', query = ''] = iri.toLowerCase().split('?', 2);
  return `${path.replace(/\/(?=\/|$)/g, '')}?${query.split('&').toSorted().join('&')}`;
}

const saysTheSame = ({ iri, self = '' }: ResourceRecord, other: ResourceRecord): Remark => ({
  rule: 'duplicate-self',
  level: 'note',
  iri,
  pointer: '/self',
  message: `this and ${other.iri} both say that they are ${self}; link to one IRI alone, and redirect the other to it`,
});

/** Two entities may well have the same values, and so the same bytes: alone, that says nothing. */
function isSame(one: ResourceRecord, other: ResourceRecord): boolean {
  return one.digest === other.digest && etagOf(one) === etagOf(other);
}

function etagOf({ outcome }: ResourceRecord): string | undefined {
  return outcome.type === 'response' ? outcome.headers.get('etag') : undefined;
}

const looksTheSame = ({ iri }: ResourceRecord, other: ResourceRecord): Remark => ({
  rule: 'duplicate-iri',
  level: 'warning',
  iri,
  message: `this and ${other.iri} give the same bytes and differ in case, slashes or the order of variables alone; link to one IRI, and redirect the other to it`,
});

/** Tells the contents of one entity apart from another's; undefined without an ETag. */
function contentOf(resource: ResourceRecord): string | undefined {
  const etag = etagOf(resource);
  return etag === undefined || resource.kind !== 'entity' ? undefined : `${etag} ${resource.digest}`;
}

const mayBeTheSame = ({ iri }: ResourceRecord, other: ResourceRecord): Remark => ({
  rule: 'duplicate-content',
  level: 'note',
  iri,
  message: `this and ${other.iri} give the same bytes under the same ETag; link to one IRI alone if they are one entity, and give "self" as a path if they are two`,
});
