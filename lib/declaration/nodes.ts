import type { IdKind } from '../store/store.js';
import type {
  Method,
  CatalogClass,
  EntityClass,
  FragmentClass,
  ViewClass,
} from '../resource/resource-classes.js';
import type { BodySchema, ValueSchema } from './body-schema.js';
import type { QuerySchema } from './query-schema.js';
import type { ListQuery } from '../resource/collection.js';
import type { EntityRecord } from '../resource/entity-record.js';
import type { Segment } from './resource-tree.js';

/** The maps of named links that a document can have. */
export type MapName = 'catalogs' | 'fragments' | 'views';

/** One entry of an IRI map, as declared. */
export interface Link {
  readonly map: MapName;
  readonly name: string;
  /** The IRI reference or template that the document shows. */
  readonly href: string;
  /** The resource that it leads to; undefined where it leads out of the API. */
  readonly target?: ResourceNode;
}

/** The members that vary from one answer of a resource to the next, before the one that comes last. */
export interface VaryingHead {
  readonly self: string;
  readonly updated?: Date | undefined;
  /** The IRI reference of the page after this one: the link `next` in `catalogs`. */
  readonly next?: string | undefined;
}

/** The members that vary from one answer of a resource to the next. */
export interface Varying extends VaryingHead {
  /** The last member, ready to send: `"entities":[…]` or `"body":{…}`; absent where there is none. */
  readonly last?: string | undefined;
}

/** Which links a caller sees; undefined: all of them. */
export type Visible = ((link: Link) => boolean) | undefined;

/** Renders the documents of one node as JSON text: what the declaration fixes is made once, a request adds what varies. */
export interface DocumentRendering {
  /** The document of an entity. A link to a member that the body lacks is not shown, for it would lead to nothing. */
  entity(found: EntityRecord, self: string, visible?: Visible): string;
  /** The document as JSON text. */
  document(varying: Varying, visible?: Visible): string;
  /** The document as JSON text, up to the comma before its last member. */
  opening(head: VaryingHead, visible?: Visible): string;
  /** Differs wherever the fixed part of the document does: between callers, and from one release to the next. */
  tag(visible?: Visible): string;
}

/** What nodes of every kind have. A node is one place of one class in the API. */
interface NodeBase {
  readonly className: string;
  /** The path, in which variables stand for themselves. */
  readonly segments: readonly Segment[];
  /** Names of the variables in the path, from left to right. */
  readonly variables: readonly string[];
  /**
   * The entities that the path leads through, innermost first, without the resource itself and the entity
   * that a fragment or view is a part of: those that must exist for the resource to exist.
   */
  readonly above: readonly EntityNode[];
  /** The methods that it answers, GET first; HEAD and OPTIONS go without saying. */
  methods: readonly Method[];
  query?: QuerySchema;
  /** Whether a change has to name the version that it is for, by `If-Match` or in the `etags` of an index. */
  requireIfMatch: boolean;
}

/** How a catalog is given out in pages. */
export interface PageLimits {
  /** How many entities a page lists where the client does not say. */
  readonly size: number;
  /** How many a client may ask for at most. */
  readonly max: number;
}

/** A catalog at its path. */
export interface CatalogNode extends NodeBase, ListQuery {
  readonly kind: 'catalog';
  readonly class: CatalogClass;
  readonly parent?: CatalogNode | EntityNode;
  /** The name that the store knows it by. */
  readonly storeName: string;
  readonly ids: IdKind;
  /** Whether its class leaves it to the store to read an entity: nothing needs an instance of it then. */
  readonly readsItsStore: boolean;
  /** Whether an instance of its class was looked at before the first request; else each one is. */
  readonly fieldsKnown: boolean;
  /** The class of its own entities. */
  entity?: EntityNode;
  /** The entities that it lists: its own, or another catalog's, with the references that lead to them. */
  listing?: { readonly entity: EntityNode; readonly href: (id: string) => string };
  /** Undefined where it lists all that it has. With it, its query has the variables `after` and `limit`. */
  page?: PageLimits;
  links: readonly Link[];
  rendering: DocumentRendering;
}

/** The entities of one catalog. */
export interface EntityNode extends NodeBase {
  readonly kind: 'entity';
  readonly class: EntityClass;
  readonly parent: CatalogNode;
  body: BodySchema;
  /** The catalogs of what its members refer to. */
  references: readonly { readonly member: string; readonly catalog: CatalogNode }[];
  links: readonly Link[];
  rendering: DocumentRendering;
}

/** A part of a catalog or an entity. */
export interface FragmentNode extends NodeBase {
  readonly kind: 'fragment';
  readonly class: FragmentClass;
  readonly parent: CatalogNode | EntityNode;
  readonly member?: string;
  schema?: ValueSchema;
}

/** A view of a catalog or an entity. */
export interface ViewNode extends NodeBase {
  readonly kind: 'view';
  readonly class: ViewClass;
  readonly parent: CatalogNode | EntityNode;
  schema?: ValueSchema;
}

export type ResourceNode = CatalogNode | EntityNode | FragmentNode | ViewNode;

/** A catalog or an entity, whose document has maps. */
export type LinkingNode = CatalogNode | EntityNode;

/** What the later steps of a declaration fill in; nothing that answers requests sees a node before. */
type Later =
  'methods' | 'links' | 'body' | 'rendering' | 'references' | 'searchable' | 'sortable' | 'requireIfMatch';

/** A node as the first step of a declaration makes it. */
export function newNode<N extends ResourceNode>(known: Omit<N, Later | 'above'>): N {
  return {
    methods: [],
    links: [],
    references: [],
    searchable: [],
    sortable: [],
    requireIfMatch: false,
    ...known,
    above: entitiesAbove(known),
  } as unknown as N;
}

function entitiesAbove({
  kind,
  parent,
}: {
  kind: ResourceNode['kind'];
  parent?: LinkingNode | undefined;
}): readonly EntityNode[] {
  if (parent === undefined) return [];
  return kind === 'catalog' && parent.kind === 'entity' ? [parent, ...parent.above] : parent.above;
}

/** The path of a node with its variables shown as such: `/users/{id}/`. */
export function pathOf(node: Pick<ResourceNode, 'segments' | 'kind'>): string {
  const path = node.segments
    .map((segment) => ('literal' in segment ? encodeURIComponent(segment.literal) : `{${segment.variable}}`))
    .join('/');
  const slash = node.kind === 'catalog' || node.kind === 'entity';
  return path === '' ? '/' : `/${path}${slash ? '/' : ''}`;
}

/** The path of a node for these values of its variables, percent-encoded. */
export function expandPath(node: ResourceNode, values: readonly string[]): string {
  let path = '';
  let next = 0;
  for (const segment of node.segments) {
    path += `/${encodeSegment('literal' in segment ? segment.literal : (values[next++] ?? ''))}`;
  }
  return node.kind === 'catalog' || node.kind === 'entity' ? `${path}/` : path;
}

const UNRESERVED = /^[\w.~-]+$/;

/** One segment of a path, as RFC 6570's simple expansion writes it. */
export function encodeSegment(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
