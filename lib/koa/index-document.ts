import { parseEtagList } from '../http/etag.js';
import { firstErrors, MOST_ERRORS, ProblemError } from '../http/problem.js';
import type { ErrorDetail } from '../http/problem.js';
import { checkIri } from '../protocol/iri/check.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { formatValue } from '../protocol/format-value.js';
import type { CatalogNode, ResourceNode } from '../resource/nodes.js';
import { BadPathError } from '../resource/tree.js';
import type { Match } from '../resource/tree.js';
import { documentOf, invalid, MOST_SELF, readSent, resolvedPath } from './request-document.js';
import type { EntityBody } from './request-document.js';
import { isObject } from '../protocol/json/values.js';
import type { Visit } from './visit.js';

/** Most entities that one request may change. */
const MOST_ENTRIES = 1000;

/** Longer than any entity tag that a header has room for. */
const MOST_ETAG = 16 * 1024;

/** What is to become of one entity of a catalog. */
export interface IndexEntry {
  /** Where it stands in the document, as a JSON Pointer. */
  readonly pointer: string;
  /** The values of the variables in the entity's path; the last one is its id. */
  readonly values: readonly string[];
  /** The members to replace; null where the entity is to be removed. */
  readonly members: EntityBody | null;
  /** The entity tag that it must have, and where that stands. */
  readonly condition?: { readonly etag: string; readonly pointer: string } | undefined;
}

/**
 * Reads the catalog document that changes several entities: `index` has a partial body for the IRI reference of
 * each, or null where it goes, and `etags` the entity tag that it must have.
 *
 * @returns the entries, each for another entity; whether those exist is not looked at
 * @throws {ProblemError} 400, 409, 413, 415 or 422
 */
export async function readIndex(visit: Visit, node: CatalogNode): Promise<readonly IndexEntry[]> {
  const { value } = await readSent(visit);
  const { index, etags = {} } = documentOf(value, 'shoji:catalog', '"index": {"1/": {…}}', visit);
  const misshapen = [...shapeErrors(index, '/index'), ...shapeErrors(etags, '/etags')];
  if (!isObject(index) || !isObject(etags)) throw invalid(misshapen);

  for (const [name, map] of Object.entries({ index, etags })) {
    const { length } = Object.keys(map);
    if (length <= MOST_ENTRIES) continue;
    throw new ProblemError('content-too-large', {
      detail: `The ${name} has ${length} entries; at most ${MOST_ENTRIES} are changed at once.`,
    });
  }
  const reading = new IndexReading(visit, node);
  const entries = reading.read(index, etags);
  if (reading.errors.length > 0) throw invalid(firstErrors(reading.errors));
  return entries;
}

function shapeErrors(map: unknown, pointer: string): readonly ErrorDetail[] {
  if (isObject(map)) return [];
  const message = `must be an object whose members are named by IRI references of entities; found ${formatValue(map)}`;
  return [{ pointer, message, rule: 'index' }];
}

class IndexReading {
  readonly errors: ErrorDetail[] = [];
  readonly #visit: Visit;
  readonly #node: CatalogNode;
  /** What paths are below, in one spelling, with a slash at the end. */
  readonly #prefix: string;

  constructor(visit: Visit, node: CatalogNode) {
    const { served, incoming } = visit;
    this.#visit = visit;
    this.#node = node;
    const prefix = `${served.base}${incoming.mount}/`;
    this.#prefix = resolvedPath(prefix, prefix, visit);
  }

  read(index: EntityBody, etags: EntityBody): readonly IndexEntry[] {
    const conditions = this.#conditions(etags);
    const byId = new Map<string, IndexEntry>();
    for (const [reference, members] of Object.entries(index)) {
      if (this.errors.length >= MOST_ERRORS) break;
      const pointer = formatPointer(['index', reference]);
      const values = this.#entityAt(reference, pointer);
      if (values === undefined) continue;
      const id = values.at(-1) as string;
      if (byId.has(id)) this.#refuse(pointer, 'leads to the same entity as another entry; give one for each');
      else if (members !== null && !isObject(members)) {
        this.#refuse(
          pointer,
          `must be an object with the members to change, or null to remove; found ${formatValue(members)}`,
        );
      } else byId.set(id, { pointer, values, members, condition: conditions.get(id) });
    }
    // What is wrong with an entry would be said twice.
    if (this.errors.length > 0) return [];
    for (const [id, { pointer }] of conditions) {
      if (!byId.has(id))
        this.#refuse(pointer, 'is for an entity that the index does not change; leave it away');
    }
    return Array.from(byId.values());
  }

  #conditions(etags: EntityBody): ReadonlyMap<string, NonNullable<IndexEntry['condition']>> {
    const byId = new Map<string, { etag: string; pointer: string }>();
    for (const [reference, etag] of Object.entries(etags)) {
      if (this.errors.length >= MOST_ERRORS) break;
      const pointer = formatPointer(['etags', reference]);
      const id = this.#entityAt(reference, pointer)?.at(-1);
      if (id === undefined) continue;
      if (byId.has(id)) this.#refuse(pointer, 'leads to the same entity as another one; give one for each');
      else if (
        typeof etag !== 'string' ||
        etag.length > MOST_ETAG ||
        parseEtagList(etag)?.length !== 1 ||
        etag.trim() === '*'
      ) {
        this.#refuse(
          pointer,
          `must be the entity's ETag, quotes included, such as "\\"v1\\""; found ${formatValue(etag)}`,
        );
      } else byId.set(id, { etag, pointer });
    }
    return byId;
  }

  /** The values in the path of the entity of this catalog that a reference leads to. */
  #entityAt(reference: string, pointer: string): readonly string[] | undefined {
    const { exchange } = this.#visit;
    const match = this.#find(reference);
    const { entity } = this.#node;
    const isOwn =
      match !== undefined &&
      match.resource === entity &&
      exchange.values.every((value, index) => value === match.values[index]);
    if (isOwn) return match.values;
    this.#refuse(
      pointer,
      `leads to no entity of this catalog; references are resolved against ${exchange.path}`,
    );
    return undefined;
  }

  #find(reference: string): Match<ResourceNode> | undefined {
    const { served, exchange } = this.#visit;
    if (reference.length > MOST_SELF || checkIri(reference) !== undefined) return undefined;
    const target = resolvedPath(reference, served.base + exchange.path, this.#visit);
    if (!target.startsWith(this.#prefix) || /[?#]/.test(target)) return undefined;
    try {
      return served.declaration.tree.find(`/${target.slice(this.#prefix.length)}`);
    } catch (error) {
      if (error instanceof BadPathError) return undefined;
      throw error;
    }
  }

  #refuse(pointer: string, message: string): void {
    this.errors.push({ pointer, message, rule: 'index' });
  }
}
