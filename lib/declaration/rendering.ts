import { createHash } from 'node:crypto';
import { formatDate } from '../protocol/date.js';
import { resolveIri } from '../protocol/iri/resolve-iri.js';
import { resolveTemplate } from '../protocol/uri-template/resolve-template.js';
import type { EntityClass } from '../resource/resource-classes.js';
import type { EntityRecord } from '../resource/entity-record.js';
import { toJsonText } from './json-text.js';
import type { StoredEntity } from '../store/store.js';
import type {
  DocumentRendering,
  FragmentNode,
  Link,
  MapName,
  Varying,
  VaryingHead,
  Visible,
} from './nodes.js';
import type { Keywords } from '../resource/schema.js';

/** How many different sets of visible links a class remembers. */
const MAX_SETS = 256;

/** In the order of documents; `catalogs` comes first. */
const MAPS: readonly MapName[] = ['catalogs', 'fragments', 'views'];

/** A link to a member of the body, with the member. */
type MemberLink = readonly [link: Link, member: string];

/** The maps as text. The entries of `catalogs` are by themselves too, so that one more can be added. */
interface MapsText {
  readonly catalogs: string;
  readonly others: string;
  readonly whole: string;
}

/** The maps as some callers see them. */
interface Maps {
  readonly links: readonly Link[];
  readonly text: MapsText;
  /** Stands for all that is fixed in the document. */
  readonly tag: string;
}

/**
 * The text of one class's documents. What the declaration fixes is made once; a request adds what varies.
 */
export class Rendering implements DocumentRendering {
  readonly #open: string;
  readonly #head: string;
  readonly #links: readonly Link[];
  readonly #absolute: boolean;
  readonly #context: string;
  readonly #all: Maps;
  /** Links to members of the body. */
  readonly #members: readonly MemberLink[];
  /** Those of them to what a body may lack that its schema has accepted. */
  readonly #optional: readonly MemberLink[];
  /** Maps of which something is hidden, by which of the links are shown. */
  readonly #some = new Map<string, Maps>();

  /**
   * @param fixed - title and description, where the class has them
   * @param absolute - whether links are shown resolved against `self`
   * @param context - what else documents depend on that no request changes, such as the base
   */
  constructor(
    element: 'shoji:catalog' | 'shoji:entity',
    fixed: { readonly title?: string | undefined; readonly description?: string | undefined },
    links: readonly Link[],
    absolute: boolean,
    context = '',
  ) {
    this.#open = `{"element":${JSON.stringify(element)},"self":"`;
    this.#head = memberText('title', fixed.title) + memberText('description', fixed.description);
    this.#links = links;
    this.#absolute = absolute;
    this.#context = context;
    this.#members = links.flatMap((link) => {
      const member = memberOf(link);
      return member === undefined ? [] : [[link, member] as const];
    });
    this.#optional = this.#members.filter(([link, member]) => !isRequired(link, member));
    this.#all = this.#mapsOf(links);
  }

  /**
   * The document of an entity. A link to a member that the body lacks is not shown, for it would lead to nothing.
   */
  entity(found: EntityRecord, self: string, visible?: Visible): string {
    const stored = isStored(found);
    const last = `"body":${stored ? found.text : toJsonText(found.body)}`;
    // What a class draws from elsewhere, no schema has accepted.
    const shown = this.#presentIn(found, stored ? this.#optional : this.#members, visible);
    return this.document({ self, updated: found.updated, last }, shown);
  }

  /** @param links - those that a body may lack the member of */
  #presentIn(found: EntityRecord, links: readonly MemberLink[], visible: Visible): Visible {
    if (links.length === 0) return visible;
    const body = found.body as Readonly<Record<string, unknown>>;
    const absent = links.flatMap(([link, member]) =>
      Object.hasOwn(body, member) && body[member] !== undefined ? [] : [link],
    );
    if (absent.length === 0) return visible;
    return (link) => !absent.includes(link) && (visible === undefined || visible(link));
  }

  /** The document as JSON text. */
  document(varying: Varying, visible?: Visible): string {
    const { last } = varying;
    return `${this.opening(varying, visible)}${last === undefined ? '' : `,${last}`}}`;
  }

  /** The document as JSON text, up to the comma before its last member. */
  opening({ self, updated, next }: VaryingHead, visible?: Visible): string {
    const maps = this.#maps(visible);
    const text = this.#absolute ? mapsText(maps.links, (href) => resolveTemplate(href, self)) : maps.text;
    const date = updated === undefined ? '' : `,"updated":"${formatDate(updated)}"`;
    const links = next === undefined ? text.whole : this.#withNext(text, next, self);
    return `${this.#open}${self}"${this.#head}${date}${links}`;
  }

  #withNext({ catalogs, others }: MapsText, next: string, self: string): string {
    const entry = `"next":${JSON.stringify(this.#absolute ? resolveIri(next, self) : next)}`;
    return `${mapText('catalogs', catalogs === '' ? entry : `${catalogs},${entry}`)}${others}`;
  }

  /** Differs wherever the fixed part of the document does: between callers, and from one release to the next. */
  tag(visible?: Visible): string {
    return this.#maps(visible).tag;
  }

  #maps(visible: Visible): Maps {
    if (visible === undefined) return this.#all;
    const shown = this.#links.filter(visible);
    if (shown.length === this.#links.length) return this.#all;
    const key = JSON.stringify(shown.map(({ map, name }) => [map, name]));
    let maps = this.#some.get(key);
    if (maps === undefined) {
      // Callers see few different sets of links; a guard that makes up many shall not fill the memory.
      if (this.#some.size === MAX_SETS) this.#some.clear();
      this.#some.set(key, (maps = this.#mapsOf(shown)));
    }
    return maps;
  }

  #mapsOf(links: readonly Link[]): Maps {
    const text = mapsText(links, (href) => href);
    const tag = createHash('sha256')
      .update(JSON.stringify([this.#open, this.#head, text.whole, this.#absolute, this.#context]))
      .digest('base64url')
      .slice(0, 8);
    return { links, text, tag };
  }
}

function mapsText(links: readonly Link[], show: (href: string) => string): MapsText {
  const [catalogs = '', ...rest] = MAPS.map((map) =>
    links
      .filter((link) => link.map === map)
      .map(({ name, href }) => `${JSON.stringify(name)}:${JSON.stringify(show(href))}`)
      .join(','),
  );
  const others = rest.map((entries, index) => mapText(MAPS[index + 1] as MapName, entries)).join('');
  return { catalogs, others, whole: mapText('catalogs', catalogs) + others };
}

function mapText(map: MapName, entries: string): string {
  return entries === '' ? '' : `,"${map}":{${entries}}`;
}

function memberText(name: string, value: unknown): string {
  return value === undefined ? '' : `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The member of the body that a link leads to: where a body lacks it, the link leads to nothing. */
function memberOf({ target }: Link): string | undefined {
  return target?.kind === 'fragment' && target.parent.kind === 'entity' ? target.member : undefined;
}

function isRequired({ target }: Link, member: string): boolean {
  const { options } = (target as FragmentNode).parent.class as EntityClass;
  const { required } = options.body as Keywords;
  return Array.isArray(required) && required.includes(member);
}

/**
 * Whether an entity is as a store gave it, with its body as text. What a class draws from elsewhere may have a
 * `text` too, which is its own affair; a store's is not enumerable.
 */
export function isStored(found: EntityRecord): found is StoredEntity<object> {
  return (
    typeof (found as Partial<StoredEntity>).text === 'string' &&
    !Object.prototype.propertyIsEnumerable.call(found, 'text')
  );
}
