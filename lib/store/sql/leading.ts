import type { Json } from '../../protocol/documents.js';
import { conditionSlot } from './range.js';
import type { Search } from './search.js';
import { indexedPairs } from './sorted-searches.js';
import type { SortedBy } from './ranges.js';
import type { Shape } from './shape.js';

/** How many rows a statement may sort, or pass over, before it gives any. */
export const FEW = 1000;

/**
 * Whether one index gives what a search asks for, row after row: that of the one member, and of the one that
 * the list is sorted by. Anything else is found by looking at rows that are not asked for, or by sorting.
 */
export function isServedByIndex(shape: Shape, { conditions }: Search, sorted: SortedBy | undefined): boolean {
  return conditions.length === 0 || (conditions.length === 1 && leads(shape, conditions[0], sorted));
}

/** The first condition whose index gives rows in the order that is asked for; undefined where none does. */
export function leadingInOrder(
  shape: Shape,
  { conditions }: Search,
  sorted: SortedBy | undefined,
): number | undefined {
  const index = conditions.findIndex((condition) => leads(shape, condition, sorted));
  return index === -1 ? undefined : index;
}

/**
 * The same search, of which the database is asked one condition at most: it then reads one range of one index,
 * and how many rows a statement looks at is as many as it gives.
 *
 * @param where - what is searched for
 * @param leading - the index of that condition
 */
export function ledBy(
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

function leads(
  shape: Shape,
  condition: Search['conditions'][number] | undefined,
  sorted: SortedBy | undefined,
): boolean {
  if (condition === undefined) return false;
  const { column } = condition;
  if (sorted === undefined || sorted.column === column) return true;
  return indexedPairs(shape).some((pair) => pair.searched === column && pair.sorted === sorted.column);
}
