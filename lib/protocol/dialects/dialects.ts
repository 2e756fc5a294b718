import type { CompiledSchema } from './compiled-schema.js';
import * as draft01Schemas from '../compiled/draft-01.js';
import { CRUNCH, DRAFT_01, DRAFT_02, INDEX_PATCH } from '../sources.js';
import * as draft02Schemas from '../compiled/draft-02.js';
import * as crunchSchemas from '../compiled/crunch.js';

/** The forms of Shoji that can be validated. */
export type Dialect = 'draft-02' | 'draft-01' | 'crunch';

/** What one dialect asks of its documents. */
export interface DialectDefinition {
  readonly name: Dialect;
  /** From each element to the schema of its documents. */
  readonly schemas: ReadonlyMap<string, CompiledSchema>;
  /** From each element to the members that its schema names; others are allowed, and mean nothing. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** The members of all elements. */
  readonly names: ReadonlySet<string>;
  /** Members that hold links. */
  readonly linkMembers: readonly string[];
  /** Whether links have names (an object), or not (an array). */
  readonly links: 'named' | 'unnamed';
  /** Members that hold one IRI reference. */
  readonly iriMembers: readonly string[];
  /** Whether `index` lists entities by its names. */
  readonly hasIndex: boolean;
  /** What it asks of the catalog that changes entities by a PATCH; undefined where it knows no such request. */
  readonly indexPatch: DialectDefinition | undefined;
  /** Where the dialect is described. */
  readonly see: string;
}

const COMMON = ['element', 'self', 'title', 'description', 'updated', 'catalogs', 'fragments', 'views'];

/** The members that both drafts name, by the element that they stand in. */
export const draftMembers: ReadonlyMap<string, readonly string[]> = new Map([
  ['shoji:catalog', [...COMMON, 'entities']],
  ['shoji:entity', [...COMMON, 'body']],
]);

/** The members of both drafts, whatever element they stand in. */
export const draftNames: ReadonlySet<string> = new Set([...draftMembers.values()].flat());

/** Draft 01: links have no names. */
export const draft01: DialectDefinition = {
  name: 'draft-01',
  schemas: new Map([
    ['shoji:catalog', draft01Schemas.catalog],
    ['shoji:entity', draft01Schemas.entity],
  ]),
  members: draftMembers,
  names: draftNames,
  linkMembers: ['catalogs', 'fragments', 'views'],
  links: 'unnamed',
  iriMembers: ['self'],
  hasIndex: false,
  indexPatch: undefined,
  see: DRAFT_01,
};

/** Draft 02: links have names. */
const draft02Documents: Omit<DialectDefinition, 'indexPatch'> = {
  name: 'draft-02',
  schemas: new Map([
    ['shoji:catalog', draft02Schemas.catalog],
    ['shoji:entity', draft02Schemas.entity],
  ]),
  members: draftMembers,
  names: draftNames,
  linkMembers: ['catalogs', 'fragments', 'views'],
  links: 'named',
  iriMembers: ['self'],
  hasIndex: false,
  see: DRAFT_02,
};

/** Draft 02, and the PATCH by index that this project adds. */
export const draft02: DialectDefinition = {
  ...draft02Documents,
  indexPatch: indexPatchOf(draft02Documents, draft02Schemas.indexPatch),
};

const ALL = ['element', 'self', 'title', 'description', 'updated'];
const DRAFT_LINKS = ['catalogs', 'fragments', 'views'];
const LINKS = [...DRAFT_LINKS, 'orders', 'urls', 'folder_trees'];
const MORE = ['index', 'graph', 'specification', 'body'];

const MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['shoji:catalog', [...ALL, ...LINKS, ...MORE, 'entities', 'size']],
  ['shoji:entity', [...ALL, ...LINKS, ...MORE]],
  ['shoji:view', [...ALL, ...DRAFT_LINKS, 'value']],
  ['shoji:order', [...ALL, 'graph']],
]);

/** What grew out of draft 02 at Crunch.io: an index in the place of entities, views and orders. */
const crunchDocuments: Omit<DialectDefinition, 'indexPatch'> = {
  name: 'crunch',
  schemas: new Map([
    ['shoji:catalog', crunchSchemas.catalog],
    ['shoji:entity', crunchSchemas.entity],
    ['shoji:view', crunchSchemas.view],
    ['shoji:order', crunchSchemas.order],
  ]),
  members: MEMBERS,
  names: new Set([...MEMBERS.values()].flat()),
  linkMembers: LINKS,
  links: 'named',
  iriMembers: ['self', 'specification'],
  hasIndex: true,
  see: CRUNCH,
};

/** The dialect of Crunch.io, and the PATCH by index with entity tags. */
export const crunch: DialectDefinition = {
  ...crunchDocuments,
  indexPatch: indexPatchOf(crunchDocuments, crunchSchemas.indexPatch),
};

/** A dialect as far as it is of the catalog document that changes entities by a PATCH. */
function indexPatchOf(
  dialect: Omit<DialectDefinition, 'indexPatch'>,
  schema: CompiledSchema,
): DialectDefinition {
  const members = new Set([...(dialect.members.get('shoji:catalog') ?? []), 'index', 'etags']);
  return {
    ...dialect,
    schemas: new Map([['shoji:catalog', schema]]),
    members: new Map([['shoji:catalog', [...members]]]),
    names: new Set([...dialect.names, ...members]),
    hasIndex: true,
    indexPatch: undefined,
    see: INDEX_PATCH,
  };
}

/** Every dialect by its name. */
export const dialects: Readonly<Record<Dialect, DialectDefinition>> = {
  'draft-02': draft02,
  'draft-01': draft01,
  crunch,
};

/** The names of all dialects, the default one first. */
export const DIALECTS: readonly Dialect[] = ['draft-02', 'draft-01', 'crunch'];

/** What can be asked for: a dialect, or that one be picked for each document. */
export const DIALECT_CHOICES: readonly (Dialect | 'auto')[] = [...DIALECTS, 'auto'];
