import { columnName, constraintName, tableName } from './identifiers.js';
import type { IdForm } from '../ids.js';
import type { CollectionPlan, MemberType, TablePlan } from '../store.js';

/** A column that ids are kept in. */
export interface IdColumn {
  readonly name: string;
  /** The slot that statements take the id from. */
  readonly slot: string;
  /** Undefined where it holds ids of entities that are not kept in this store. */
  readonly kind: IdForm | undefined;
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
  readonly target: Shape;
}

/** How the entities of a catalog are kept in a table. */
export interface Shape {
  readonly plan: CollectionPlan;
  /** Its name, in a table that others made after that of its schema. */
  readonly table: string;
  readonly parent: Shape | undefined;
  /** The constraint that no id of a place is given twice. */
  readonly primaryConstraint: string;
  /** The constraint that entities stand within one that exists. */
  readonly parentConstraint: string;
  readonly within: readonly IdColumn[];
  /** How many of those, outermost first, are no columns: the row of the innermost one tells them. */
  readonly untold: number;
  readonly id: IdColumn & { readonly kind: IdForm };
  readonly members: readonly MemberColumn[];
  readonly uniques: readonly UniqueKey[];
  readonly references: readonly ReferenceKey[];
}

/**
 * How the entities of each catalog are kept, by its name; those that others stand within come first.
 *
 * @throws {Error} where the plans do not go together
 */
export function shapesOf(plans: readonly CollectionPlan[]): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape & { references: ReferenceKey[] }>();
  for (const plan of plans.toSorted((one, other) => one.depth - other.depth)) {
    if (shapes.has(plan.collection)) {
      throw new Error(
        `two plans are for the catalog ${JSON.stringify(plan.collection)}; give each catalog its own name`,
      );
    }
    const parent = parentOf(plan, shapes);
    shapes.set(
      plan.collection,
      plan.table === undefined ? shapeOf(plan, parent) : mappedShape(plan, plan.table, parent),
    );
  }
  for (const shape of shapes.values()) {
    for (const { member, collection: catalog } of shape.plan.references) {
      const target = shapes.get(catalog);
      const isWithin = target !== undefined && target.within.length <= shape.within.length;
      if (!isWithin) {
        throw new Error(
          `the member ${JSON.stringify(member)} of ${JSON.stringify(shape.plan.collection)} refers to ` +
            `${JSON.stringify(catalog)}, which is no catalog that was opened and stands within nothing, or ` +
            'within the same entities',
        );
      }
      const name = shape.plan.table?.columns[member]?.name ?? columnName(member, 'reference');
      shape.references.push({
        member,
        name,
        target,
        constraint: constraintName(shape.table, [name, target.table], 'fkey'),
      });
    }
  }
  return shapes;
}

function parentOf(plan: CollectionPlan, shapes: ReadonlyMap<string, Shape>): Shape | undefined {
  if (plan.parent === undefined) return undefined;
  const parent = shapes.get(plan.parent);
  if (parent !== undefined && parent.plan.depth === plan.depth - 1) return parent;
  throw new Error(
    `the catalog ${JSON.stringify(plan.collection)} of the depth ${plan.depth} stands within the entities of ` +
      `${JSON.stringify(plan.parent)}; give a plan of the depth ${plan.depth - 1} for that`,
  );
}

function shapeOf(plan: CollectionPlan, parent: Shape | undefined): Shape & { references: ReferenceKey[] } {
  const table = tableName(plan.collection);
  const kinds = kindsWithin(parent);
  return {
    plan,
    table,
    parent,
    primaryConstraint: constraintName(table, [], 'pkey'),
    parentConstraint: constraintName(table, ['within'], 'fkey'),
    within: Array.from({ length: plan.depth }, (_, level) => ({
      name: withinSlot(level),
      slot: withinSlot(level),
      kind: kinds[level],
    })),
    untold: 0,
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
function mappedShape(
  plan: CollectionPlan,
  { table, key, within, columns }: TablePlan,
  parent: Shape | undefined,
): Shape & { references: ReferenceKey[] } {
  const kinds = kindsWithin(parent);
  const untold = Math.max(0, plan.depth - within.length);
  return {
    plan,
    table,
    parent,
    primaryConstraint: '',
    parentConstraint: '',
    within: Array.from({ length: plan.depth }, (_, level) => ({
      name: within[level - untold] ?? '',
      slot: withinSlot(level),
      kind: kinds[level],
    })),
    untold,
    id: { name: key, slot: 'id', kind: plan.ids === 'integer' ? 'bigint' : plan.ids },
    members: plan.members.flatMap(({ name: member, type, indexed }) => {
      const column = columns[member];
      return indexed && type !== 'json' && column !== undefined ? [{ member, type, name: column.name }] : [];
    }),
    uniques: [],
    references: [],
  };
}

function withinSlot(level: number): string {
  return `within_${level + 1}`;
}

/** The ids above that a table has columns for. */
export function toldWithin({ within, untold }: Shape): readonly IdColumn[] {
  return untold === 0 ? within : within.slice(untold);
}

/** The kinds of the ids that the entities of a catalog within another's stand within. */
function kindsWithin(parent: Shape | undefined): readonly IdColumn['kind'][] {
  return parent === undefined ? [] : [...parent.within.map(({ kind }) => kind), parent.id.kind];
}

/** Whether entities are rows of a table that others made. */
export function isMapped({ plan }: Shape): boolean {
  return plan.table !== undefined;
}

/**
 * Whether the database itself keeps what stands within an entity, or refers to one, together with that. Tables
 * that others made are left as they are, so that the store does it for them.
 */
export function isHeldByDatabase(shape: Shape, target: Shape): boolean {
  return !isMapped(shape) && !isMapped(target);
}
