import type { Json } from '../../../protocol/documents.js';
import { conditionSlot } from './statements.js';
import type { Condition } from './statements.js';
import type { Parameter, Values } from './query.js';
import type { RowMapping } from './row-mapping.js';
import { indexedPairs } from '../schema/table-schema.js';
import type { TableSchema } from '../schema/table-schema.js';
import type { ColumnOrder } from './keyset.js';

/** How many members a statement compares; others are compared afterwards. It bounds how many statements there are. */
const MAX_CONDITIONS = 4;

/** A search, split into what the database does and what is left to compare. */
export interface Search {
  readonly conditions: readonly Condition[];
  readonly values: Values;
  /** Members that the entities found have to be compared in. */
  readonly rest: readonly (readonly [string, Json])[];
}

/** Splits a search by what the database can do. */
export function planSearch(
  { members }: TableSchema,
  mapping: RowMapping,
  where: Readonly<Record<string, Json>> = {},
): Search {
  const conditions: Condition[] = [];
  const values: Record<string, Parameter> = {};
  const rest: (readonly [string, Json])[] = [];
  for (const [member, value] of Object.entries(where)) {
    const column = members.find((each) => each.member === member);
    const comparison =
      conditions.length === MAX_CONDITIONS ? undefined : column && mapping.comparison(column, value);
    if (column === undefined || comparison === undefined) {
      rest.push([member, value]);
      continue;
    }
    if (comparison.value !== undefined) values[conditionSlot(conditions.length)] = comparison.value;
    conditions.push({ column, isNull: comparison.value === undefined });
    if (!comparison.isWhole) rest.push([member, value]);
  }
  return { conditions, values, rest };
}

/** How many rows a statement may sort, or pass over, before it gives any. */
export const MAX_SCANNED_ROWS = 1000;

/**
 * Tells whether one index gives what a search asks for, row after row: that of the one member, and of the one that
 * the list is sorted by. Anything else is found by looking at rows that are not asked for, or by sorting.
 */
export function isServedByIndex(
  schema: TableSchema,
  { conditions }: Search,
  sorted: ColumnOrder | undefined,
): boolean {
  return conditions.length === 0 || (conditions.length === 1 && isIndexedFor(schema, conditions[0], sorted));
}

/** Finds the first condition whose index gives rows in the order that is asked for; undefined where none does. */
export function findLeadingCondition(
  schema: TableSchema,
  { conditions }: Search,
  sorted: ColumnOrder | undefined,
): number | undefined {
  const index = conditions.findIndex((condition) => isIndexedFor(schema, condition, sorted));
  return index === -1 ? undefined : index;
}

/**
 * Leaves the database one condition of a search at most: it then reads one range of one index, and looks at no more
 * rows than it gives.
 *
 * @param where - what is searched for
 * @param leading - the index of that condition
 */
export function withLeadingCondition(
  { conditions, values, rest }: Search,
  where: Readonly<Record<string, Json>>,
  leading: number | undefined,
): Search {
  const condition = leading === undefined ? undefined : conditions[leading];
  const left = new Set(rest.map(([member]) => member));
  const remains = ([member]: readonly [string, Json]) =>
    member !== condition?.column.member || left.has(member);
  const value = leading === undefined ? undefined : values[conditionSlot(leading)];
  return {
    conditions: condition === undefined ? [] : [condition],
    values: value === undefined ? {} : { [conditionSlot(0)]: value },
    rest: Object.entries(where).filter(remains),
  };
}

function isIndexedFor(
  schema: TableSchema,
  condition: Search['conditions'][number] | undefined,
  sorted: ColumnOrder | undefined,
): boolean {
  if (condition === undefined) return false;
  const { column } = condition;
  if (sorted === undefined || sorted.column === column) return true;
  return indexedPairs(schema).some((pair) => pair.searched === column && pair.sorted === sorted.column);
}
