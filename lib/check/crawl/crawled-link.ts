import { dialects } from '../../protocol/dialects/dialects.js';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { parseIri, resolveIri } from '../../protocol/iri/resolve-iri.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import type { PointerToken } from '../../protocol/json-pointer.js';
import { isObject } from '../../protocol/json/values.js';
import { linksOf, stringsIn } from '../../protocol/iri-references.js';
import type { TemplateValues } from '../../protocol/uri-template/expand.js';
import type { FetchOutcome } from '../client/fetch.js';
import { canonicalIri } from './canonical-iri.js';
import type { ExpectedKind, ResourceKind, ResourceRecord } from './visited-resource.js';

/** A link as a document holds it. */
export interface CrawledLink {
  /** Absolute IRI of the document that it stands in. */
  readonly from: string;
  /** The IRI that the document's references are resolved against. */
  readonly base: string;
  /** The member that it stands in: `catalogs`, `entities`, `index` … */
  readonly member: string;
  /** Undefined for entities, which have none. */
  readonly name: string | undefined;
  readonly pointer: string;
  /** As the document writes it: an IRI reference or a template. */
  readonly text: string;
  /** Whether `text` is a template. */
  readonly isTemplate: boolean;
  /** Of the document that it stands in. */
  readonly dialect: Dialect;
}

/** The values that a template was expanded with. */
export interface TemplateExpansion {
  readonly values: TemplateValues;
  /** The least certain source of them all. */
  readonly source: ValueSource;
}

/** Where the values of an expanded template are from: given by the user, seen in documents, or made up. */
export type ValueSource = 'given' | 'seen' | 'guessed' | 'none';

/** A link of which it is known where it leads. */
export interface ResolvedLink extends CrawledLink {
  /** The IRI reference: `text`, or what it was expanded to. */
  readonly reference: string;
  /** Absolute and canonical. */
  readonly to: string;
  /** Undefined where the link is no template. */
  readonly expansion?: TemplateExpansion;
}

/** Why a link is not followed: its scheme, its origin, or that no URL can be made of it. */
export type LinkRefusal = 'scheme' | 'origin' | 'unusable';

/** A link, and the resource that it leads to: what `ofLink` of a {@link Check} gets. */
export interface CheckedLink {
  readonly link: ResolvedLink;
  /** Undefined where it was not followed. */
  readonly target?: ResourceRecord;
  /** Why it was not followed, if it is the link's own doing. */
  readonly refusal?: LinkRefusal;
  /** Whether no other link led there before; what is wrong with the target itself is told once. */
  readonly isFirst: boolean;
  /** The resource that the link leads to if a base of `/users` is read as `/users/`; requested where `target` is 404. */
  readonly byDraft?: { readonly iri: string; readonly outcome: FetchOutcome };
}

type LinkInDocument = Omit<CrawledLink, 'from' | 'base' | 'dialect'>;

/** The links of a Shoji document in its order: of its maps, its entities and, in the Crunch dialect, its specification, index and order. */
export function* linksIn(document: JsonObject, dialect: Dialect): Generator<LinkInDocument> {
  for (const { member, name, target, pointer } of linksOf({ document, dialect: dialects[dialect] })) {
    yield { member, name, pointer, text: target, isTemplate: /[{}]/.test(target) };
  }
  for (const { text, pointer } of stringsIn(document['entities'], 'entities')) {
    yield { member: 'entities', name: undefined, pointer, text, isTemplate: false };
  }
  if (dialect !== 'crunch') return;
  const { index, specification } = document;
  if (typeof specification === 'string') {
    const pointer = formatPointer(['specification']);
    yield { member: 'specification', name: undefined, pointer, text: specification, isTemplate: false };
  }
  if (isObject(index)) {
    for (const text of Object.keys(index)) {
      const pointer = formatPointer(['index', text]);
      yield { member: 'index', name: undefined, pointer, text, isTemplate: false };
    }
  }
  if (document['element'] === 'shoji:order') yield* linksOfOrder(document['graph'], ['graph']);
}

function* linksOfOrder(graph: Json | undefined, path: readonly PointerToken[]): Generator<LinkInDocument> {
  if (!Array.isArray(graph)) return;
  for (const [index, item] of (graph as readonly Json[]).entries()) {
    if (typeof item === 'string') {
      const pointer = formatPointer([...path, index]);
      yield { member: 'graph', name: undefined, pointer, text: item, isTemplate: false };
    } else if (isObject(item)) {
      for (const [name, group] of Object.entries(item)) yield* linksOfOrder(group, [...path, index, name]);
    }
  }
}

/**
 * Where a link leads if the last segment of its base is kept, as the draft's examples have it: `1` on
 * `/users` is `/users/1`.
 *
 * @returns undefined where that is where RFC 3986 leads as well
 */
export function draftReading({ reference, base, to }: ResolvedLink): string | undefined {
  const { scheme, authority, path } = parseIri(reference);
  if (scheme !== undefined || authority !== undefined || path === '' || path.startsWith('/'))
    return undefined;
  const { path: basePath } = parseIri(base);
  if (basePath.endsWith('/')) return undefined;
  const withSlash = resolveIri(`${basePath}/`, base);
  const read = canonicalIri(resolveIri(reference, withSlash));
  return read === to ? undefined : read;
}

/** The kind of resource that a link's member promises. */
export function expectedOf(member: string): ExpectedKind {
  if (member === 'urls' || member === 'specification') return 'any';
  return VALUES.has(member) ? 'value' : 'document';
}

const VALUES: ReadonlySet<string> = new Set(['fragments', 'views']);

/** The kinds that a link of a member may lead to; undefined where any will do. */
export function kindsOf(member: string, dialect: Dialect): readonly ResourceKind[] | undefined {
  return (dialect === 'crunch' ? CRUNCH : DRAFT)[member];
}

/** As seen in real documents, where an entity may have a catalog of its own, and a fragment be any resource. */
const CRUNCH: Readonly<Record<string, readonly ResourceKind[]>> = {
  catalogs: ['catalog', 'entity'],
  index: ['entity', 'catalog'],
  graph: ['entity', 'catalog'],
  views: ['value', 'view', 'entity', 'catalog'],
  orders: ['order'],
  folder_trees: ['catalog'],
};

const DRAFT: Readonly<Record<string, readonly ResourceKind[]>> = {
  catalogs: ['catalog'],
  entities: ['entity'],
  fragments: ['value'],
  views: ['value'],
};

/** How a finding names a link. */
export function describeLink({ member, name, text }: CrawledLink): string {
  const shown = JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
  if (member === '') return 'the IRI that the walk starts from';
  return name === undefined ? `${shown} in "${member}"` : `${JSON.stringify(name)} in "${member}", ${shown},`;
}
