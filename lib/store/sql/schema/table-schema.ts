import { createHash } from 'node:crypto';
import type { IdType } from '../../ids.js';
import type { CollectionPlan, MemberType, TablePlan } from '../../store.js';

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
 * member's own, in an existing table.
 */
export interface MemberColumn {
  readonly member: string;
  readonly type: Exclude<MemberType, 'json'>;
  readonly name: string;
}

/** Columns of which no two rows of a collection have the same values. */
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

/** How the entities of a collection are kept in a table. */
export interface TableSchema {
  readonly plan: CollectionPlan;
  /** Its name, in an existing table after that of its schema. */
  readonly table: string;
  readonly parent: TableSchema | undefined;
  /** The constraint that no id of a collection is given twice. */
  readonly primaryConstraint: string;
  /** The constraint that entities stand within one that exists. */
  readonly parentConstraint: string;
  /** The columns that hold the ids of the entities that these stand within, outermost first. */
  readonly parentColumns: readonly IdColumn[];
  /** How many of those, outermost first, are no columns: the row of the innermost one tells them. */
  readonly impliedParents: number;
  readonly id: IdColumn & { readonly kind: IdType };
  readonly members: readonly MemberColumn[];
  readonly uniques: readonly UniqueKey[];
  readonly references: readonly ReferenceKey[];
}

/**
 * Plans the table of each collection, by its name. Parents come before what stands within them.
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
    for (const { member, collection } of schema.plan.references) {
      const target = schemas.get(collection);
      const isWithin = target !== undefined && target.parentColumns.length <= schema.parentColumns.length;
      if (!isWithin) {
        throw new Error(
          `the member ${JSON.stringify(member)} of ${JSON.stringify(schema.plan.collection)} refers to ` +
            `${JSON.stringify(collection)}, which is no catalog that was opened and stands within nothing, or ` +
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

/** The constraints of an existing table are not for this store to name. */
function existingTableSchema(
  plan: CollectionPlan,
  { table, key, parentColumns, columns }: TablePlan,
  parent: TableSchema | undefined,
): TableSchema & { references: ReferenceKey[] } {
  const kinds = parentIdKinds(parent);
  const impliedParents = Math.max(0, plan.depth - parentColumns.length);
  return {
    plan,
    table,
    parent,
    primaryConstraint: '',
    parentConstraint: '',
    parentColumns: Array.from({ length: plan.depth }, (_, level) => ({
      name: parentColumns[level - impliedParents] ?? '',
      slot: parentSlot(level),
      kind: kinds[level],
    })),
    impliedParents,
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

/** Picks the parent columns that the table itself has. */
export function ownParentColumns({ parentColumns, impliedParents }: TableSchema): readonly IdColumn[] {
  return impliedParents === 0 ? parentColumns : parentColumns.slice(impliedParents);
}

/** The kinds of the ids that key the collections within an entity. */
function parentIdKinds(parent: TableSchema | undefined): readonly IdColumn['kind'][] {
  return parent === undefined ? [] : [...parent.parentColumns.map(({ kind }) => kind), parent.id.kind];
}

/** Tells whether entities are rows of an existing table. */
export function isExistingTable({ plan }: TableSchema): boolean {
  return plan.table !== undefined;
}

/**
 * Tells whether a foreign key is to hold that what a row stands within, or refers to, is there. Existing tables are
 * left as they are: for them, the store checks it.
 */
export function hasForeignKey(schema: TableSchema, target: TableSchema): boolean {
  return !isExistingTable(schema) && !isExistingTable(target);
}

/** How many pairs of members a table has indexes for: each of them makes every write dearer. */
const MAX_PAIRS = 8;

/** How much a row of an index may hold: PostgreSQL takes 2,704, of which some tell where values begin. */
const MAX_INDEX_ROW_BYTES = 2650;

/** How much the values of a column take up at most: a length, and 255 bytes of an id or four for each of 200 characters. */
const ID_BYTES: Readonly<Record<string, number>> = { integer: 8, uuidv7: 40 };
const TEXT_ID_BYTES = 259;
const TEXT_BYTES = 804;
const SCALAR_BYTES = 8;

/** The columns of two members that a list is searched and sorted by at once. */
export interface IndexPair {
  readonly searched: MemberColumn;
  readonly sorted: MemberColumn;
}

/**
 * Picks the pairs that are indexed together. Lists by any other pair are read by the index of one member, and the
 * other one is compared row by row.
 */
export function indexedPairs(schema: TableSchema): readonly IndexPair[] {
  const columnOf = (name: string) => schema.members.find(({ member }) => member === name);
  const pairs = (schema.plan.sortedSearches ?? []).flatMap(({ searched: one, sorted: other }) => {
    const searched = columnOf(one);
    const sorted = columnOf(other);
    return searched === undefined || sorted === undefined ? [] : [{ searched, sorted }];
  });
  return pairs.filter((pair) => isShort(schema, pair)).slice(0, MAX_PAIRS);
}

function isShort({ parentColumns, id }: TableSchema, { searched, sorted }: IndexPair): boolean {
  const ids = [...parentColumns, id].map(idBytes);
  const members = [searched, sorted].map(({ type }) => (type === 'string' ? TEXT_BYTES : SCALAR_BYTES));
  return [...ids, ...members].reduce((sum, length) => sum + length, 0) <= MAX_INDEX_ROW_BYTES;
}

function idBytes({ kind }: Pick<IdColumn, 'kind'>): number {
  return ID_BYTES[kind ?? ''] ?? TEXT_ID_BYTES;
}

/** How much PostgreSQL keeps of an identifier. */
const MAX_IDENTIFIER_BYTES = 63;

/** Matches names that stand as they are in any database, in one spelling, and without the separator of segments. */
const PLAIN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** Matches beginnings of names that belong to a database, or to the tables that are no collection's. */
const RESERVED = /^(?:sqlite|pg|shoji)_/;

/**
 * Names a collection's table: `customers__orders` for `customers/orders`. It depends on nothing else, so
 * that it stays the same whatever other collections come and go.
 */
export function tableName(collection: string): string {
  const segments = collection.split('/');
  const name = segments.join('__');
  const isPlain = segments.every((segment) => PLAIN.test(segment)) && !RESERVED.test(name);
  // Room is left for the names that are made of it.
  return isPlain && name.length <= 40 ? name : digested(collection, 28);
}

/** Names the column that holds what `kind` says of a member: `color_string`. */
export function columnName(member: string, kind: string): string {
  const name = PLAIN.test(member) && member.length <= 40 ? member : digested(member, 28);
  return `${name}_${kind}`;
}

/** Names an index or a constraint of a table. The name has a dot, so that it is no table's name. */
export function constraintName(table: string, columns: readonly string[], kind: string): string {
  const name = [table, ...columns, kind].join('.');
  return name.length <= MAX_IDENTIFIER_BYTES ? name : `${table}.${hash(columns.join('.'))}.${kind}`;
}

/** Makes an identifier of as much of a text as can be read in one, and of a digest that tells it from all others. */
function digested(text: string, length: number): string {
  const readable = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return `x_${readable.slice(0, length)}_${hash(text)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
