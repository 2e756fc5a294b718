import type { KnownResource } from '../walk/known-resource.js';
import { isAlive } from '../walk/known-resource.js';
import type { Check, Remark } from './check.js';

export const duplicateIri: Check = {
  name: 'duplicate-iri',
  summary: 'one resource has one IRI',
  explanation:
    'A client that meets one resource under two IRIs keeps two copies, of which one is stale as soon as the other ' +
    'is changed.',
  see: 'RFC 9110, section 4.2.3',

  *ofApi({ resources }) {
    const bySelf = new Map<string, KnownResource>();
    const byShape = new Map<string, KnownResource>();
    const byContent = new Map<string, KnownResource>();
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
 * What IRIs have in common that servers tend to answer alike: case, slashes that double or end the path, and the
 * order of a query's variables.
 */
function shapeOf(iri: string): string {
  const [path = '', query = ''] = iri.toLowerCase().split('?', 2);
  return `${path.replace(/\/(?=\/|$)/g, '')}?${query.split('&').toSorted().join('&')}`;
}

/** What tells the contents of an entity apart from that of others; undefined without an ETag. */
function contentOf(resource: KnownResource): string | undefined {
  const etag = etagOf(resource);
  return etag === undefined || resource.kind !== 'entity' ? undefined : `${etag} ${resource.digest}`;
}

/** Two entities may well have the same values, and so the same bytes: alone, that says nothing. */
function isSame(one: KnownResource, other: KnownResource): boolean {
  return one.digest === other.digest && etagOf(one) === etagOf(other);
}

function etagOf({ outcome }: KnownResource): string | undefined {
  return outcome.type === 'answer' ? outcome.headers.get('etag') : undefined;
}

const saysTheSame = ({ iri, self = '' }: KnownResource, other: KnownResource): Remark => ({
  rule: 'duplicate-self',
  level: 'note',
  iri,
  pointer: '/self',
  message: `this and ${other.iri} both say that they are ${self}; link to one IRI alone, and redirect the other to it`,
});

const mayBeTheSame = ({ iri }: KnownResource, other: KnownResource): Remark => ({
  rule: 'duplicate-content',
  level: 'note',
  iri,
  message: `this and ${other.iri} give the same bytes under the same ETag; link to one IRI alone if they are one entity, and give "self" as a path if they are two`,
});

const looksTheSame = ({ iri }: KnownResource, other: KnownResource): Remark => ({
  rule: 'duplicate-iri',
  level: 'warning',
  iri,
  message: `this and ${other.iri} give the same bytes and differ in case, slashes or the order of variables alone; link to one IRI, and redirect the other to it`,
});
