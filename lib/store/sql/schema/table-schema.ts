import { createHash } from 'node:crypto';
import type { IdType } from '../../ids.js';
import type { CollectionPlan, MemberType, TablePlan } from '../../store.js';

/** How long an identifier may be: what PostgreSQL keeps of one, in bytes. */
const MAX_IDENTIFIER_BYTES = 63;

/** What stands as it is in any database, in one spelling, and without the separator of segments. */
const PLAIN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** Beginnings of names that belong to a database, or to the tables that are no catalog's. */
const RESERVED = /^(?:sqlite|pg|shoji)_/;

/**
 * The name of a catalog's table: `customers__orders` for `customers/orders`. It depends on nothing else, so
 * that it stays the same whatever other catalogs come and go.
 */
export function tableName(catalog: string): string {
  const segments = catalog.split('/');
  const name = segments.join('__');
  const isPlain = segments.every((segment) => PLAIN.test(segment)) && !RESERVED.test(name);
  // Room is left for the names that are made of it.
  return isPlain && name.length <= 40 ? name : digested(catalog, 28);
}

/** The name of the column that holds what `kind` says of a member: `color_string`. */
export function columnName(member: string, kind: string): string {
  const name = PLAIN.test(member) && member.length <= 40 ? member : digested(member, 28);
  return `${name}_${kind}`;
}

/** The name of an index or a constraint of a table. It has a dot, so that it is no table's name. */
export function constraintName(table: string, columns: readonly string[], kind: string): string {
  const name = [table, ...columns, kind].join('.');
  return name.length <= MAX_IDENTIFIER_BYTES ? name : `${table}.${hash(columns.join('.'))}.${kind}`;
}

/** As much of a text as can be read in an identifier, and what tells it from all others. */
function digested(text: string, length: number): string {
  const readable = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return `x_${readable.slice(0, length)}_${hash(text)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

/** A column that ids are kept in. */
export interface IdColumn {
  readonly name: string;
  /** The slot that statements take the id from. */
  readonly slot: string;
  /** Undefined where it holds ids of entities that are not kept in this store. */
  readonly kind: IdType | undefined;
}

/**
 * A column to search and sort by a member of the body: the database computes it from the body; or it is the
 * member's own, in a table that others made.
 */
export interface MemberColumn {
  readonly member: string;
  readonly type: Exclude<MemberType, 'json'>;
  readonly name: string;
}

/** Columns of which no two rows of a place have the same values. */
export interface UniqueKey {
  readonly constraint: string;
  readonly columns: readonly { readonly member: string; readonly name: string }[];
}

/** A column that holds the id of an entity of another table. */
export interface ReferenceKey {
  readonly constraint: string;
  readonly member: string;
  readonly name: string;
  readonly target: TableSchema;
}

/** How the entities of a catalog are kept in a table. */
export interface TableSchema {
  readonly plan: CollectionPlan;
  /** Its name, in a table that others made after that of its schema. */
  readonly table: string;
  readonly parent: TableSchema | undefined;
  /** The constraint that no id of a place is given twice. */
  readonly primaryConstraint: string;
  /** The constraint that entities stand within one that exists. */
  readonly parentConstraint: string;
  readonly parentColumns: readonly IdColumn[];
  /** How many of those, outermost first, are no columns: the row of the innermost one tells them. */
  readonly impliedParents: number;
  readonly id: IdColumn & { readonly kind: IdType };
  readonly members: readonly MemberColumn[];
  readonly uniques: readonly UniqueKey[];
  readonly references: readonly ReferenceKey[];
}

/**
 * How the entities of each catalog are kept, by its name; those that others stand within come first.
 *
 * @throws {Error} where the plans do not go together
 */
export function createTableSchemas(plans: readonly CollectionPlan[]): ReadonlyMap<string, TableSchema> {
  const schemas = new Map<string, TableSchema & { references: ReferenceKey[] }>();
  for (const plan of plans.toSorted((one, other) => one.depth - other.depth)) {
    if (schemas.has(plan.collection)) {
      throw new Error(
        `two plans are for the catalog ${JSON.stringify(plan.collection)}; give each catalog its own name`,
      );
    }
    const parent = parentOf(plan, schemas);
    schemas.set(
      plan.collection,
      plan.table === undefined ? ownTableSchema(plan, parent) : existingTableSchema(plan, plan.table, parent),
    );
  }
  for (const schema of schemas.values()) {
    for (const { member, collection: catalog } of schema.plan.references) {
      const target = schemas.get(catalog);
      const isWithin = target !== undefined && target.parentColumns.length <= schema.parentColumns.length;
      if (!isWithin) {
        throw new Error(
          `the member ${JSON.stringify(member)} of ${JSON.stringify(schema.plan.collection)} refers to ` +
            `${JSON.stringify(catalog)}, which is no catalog that was opened and stands within nothing, or ` +
            'within the same entities',
        );
      }
      const name = schema.plan.table?.columns[member]?.name ?? columnName(member, 'reference');
      schema.references.push({
        member,
        name,
        target,
        constraint: constraintName(schema.table, [name, target.table], 'fkey'),
      });
    }
  }
  return schemas;
}

function parentOf(plan: CollectionPlan, schemas: ReadonlyMap<string, TableSchema>): TableSchema | undefined {
  if (plan.parent === undefined) return undefined;
  const parent = schemas.get(plan.parent);
  if (parent !== undefined && parent.plan.depth === plan.depth - 1) return parent;
  throw new Error(
    `the catalog ${JSON.stringify(plan.collection)} of the depth ${plan.depth} stands within the entities of ` +
      `${JSON.stringify(plan.parent)}; give a plan of the depth ${plan.depth - 1} for that`,
  );
}

function ownTableSchema(
  plan: CollectionPlan,
  parent: TableSchema | undefined,
): TableSchema & { references: ReferenceKey[] } {
  const table = tableName(plan.collection);
  const kinds = parentIdKinds(parent);
  return {
    plan,
    table,
    parent,
    primaryConstraint: constraintName(table, [], 'pkey'),
    parentConstraint: constraintName(table, ['within'], 'fkey'),
    parentColumns: Array.from({ length: plan.depth }, (_, level) => ({
      name: parentSlot(level),
      slot: parentSlot(level),
      kind: kinds[level],
    })),
    impliedParents: 0,
    id: { name: 'id', slot: 'id', kind: plan.ids },
    members: plan.members.flatMap(({ name, type, indexed }) =>
      indexed && type !== 'json' ? [{ member: name, type, name: columnName(name, type) }] : [],
    ),
    uniques: plan.unique.map((members) => {
      const columns = members.map((member) => ({ member, name: columnName(member, 'unique') }));
      const names = columns.map(({ name }) => name);
      return { columns, constraint: constraintName(table, names, 'key') };
    }),
    references: [],
  };
}

/** How a table that others made is looked at. What constraints it has is not for this store to name. */
function existingTableSchema(
  plan: CollectionPlan,
  { table, key, parentColumns: within, columns }: TablePlan,
  parent: TableSchema | undefined,
): TableSchema & { references: ReferenceKey[] } {
  const kinds = parentIdKinds(parent);
  const untold = Math.max(0, plan.depth - within.length);
  return {
    plan,
    table,
    parent,
    primaryConstraint: '',
    parentConstraint: '',
    parentColumns: Array.from({ length: plan.depth }, (_, level) => ({
      name: within[level - untold] ?? '',
      slot: parentSlot(level),
      kind: kinds[level],
    })),
    impliedParents: untold,
    id: { name: key, slot: 'id', kind: plan.ids === 'integer' ? 'bigint' : plan.ids },
    members: plan.members.flatMap(({ name: member, type, indexed }) => {
      const column = columns[member];
      return indexed && type !== 'json' && column !== undefined ? [{ member, type, name: column.name }] : [];
    }),
    uniques: [],
    references: [],
  };
}

function parentSlot(level: number): string {
  return `within_${level + 1}`;
}

/** The ids above that a table has columns for. */
export function ownParentColumns({
  parentColumns: within,
  impliedParents: untold,
}: TableSchema): readonly IdColumn[] {
  return untold === 0 ? within : within.slice(untold);
}

/** The kinds of the ids that the entities of a catalog within another's stand within. */
function parentIdKinds(parent: TableSchema | undefined): readonly IdColumn['kind'][] {
  return parent === undefined ? [] : [...parent.parentColumns.map(({ kind }) => kind), parent.id.kind];
}

/** Whether entities are rows of a table that others made. */
export function isExistingTable({ plan }: TableSchema): boolean {
  return plan.table !== undefined;
}

/**
 * Whether the database itself keeps what stands within an entity, or refers to one, together with that. Tables
 * that others made are left as they are, so that the store does it for them.
 */
export function hasForeignKey(schema: TableSchema, target: TableSchema): boolean {
  return !isExistingTable(schema) && !isExistingTable(target);
}

/** Most pairs of members that a table has indexes for: each of them makes every write dearer. */
const MAX_PAIRS = 8;

/** What a row of an index may hold, in bytes: PostgreSQL takes 2,704, of which some tell where values begin. */
const MAX_INDEX_ROW_BYTES = 2650;

/** How much the values of a column take up at most, in bytes: a length, and 255 of an id or four for each of 200 characters. */
const ID_BYTES: Readonly<Record<string, number>> = { integer: 8, uuidv7: 40 };

const TEXT_ID_BYTES = 259;

const TEXT_BYTES = 804;

const SCALAR_BYTES = 8;

/** The columns of two members that a list is searched by and sorted by at once. */
export interface IndexPair {
  readonly searched: MemberColumn;
  readonly sorted: MemberColumn;
}

/** The pairs that are indexed together. Lists by any other are read by the index of one, with what the other asks compared row by row. */
export function indexedPairs(schema: TableSchema): readonly IndexPair[] {
  const columnOf = (name: string) => schema.members.find(({ member }) => member === name);
  const pairs = (schema.plan.sortedSearches ?? []).flatMap(({ searched: one, sorted: other }) => {
    const searched = columnOf(one);
    const sorted = columnOf(other);
    return searched === undefined || sorted === undefined ? [] : [{ searched, sorted }];
  });
  return pairs.filter((pair) => isShort(schema, pair)).slice(0, MAX_PAIRS);
}

function isShort({ parentColumns: within, id }: TableSchema, { searched, sorted }: IndexPair): boolean {
  const ids = [...within, id].map(idBytes);
  const members = [searched, sorted].map(({ type }) => (type === 'string' ? TEXT_BYTES : SCALAR_BYTES));
  return [...ids, ...members].reduce((sum, length) => sum + length, 0) <= MAX_INDEX_ROW_BYTES;
}

function idBytes({ kind }: Pick<IdColumn, 'kind'>): number {
  return ID_BYTES[kind ?? ''] ?? TEXT_ID_BYTES;
}
