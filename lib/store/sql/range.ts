import type { MemberColumn } from './shape.js';

/** A member that has to equal a value, or to lack any of the type that its column keeps. */
export interface Condition {
  readonly column: MemberColumn;
  readonly isNull: boolean;
}

/**
 * Which part of a sorted list: those without a value; those with one; or, descending, those that follow a row
 * with the same value: in the index, ids ascend where values descend, so that the two make no one range.
 */
export type SortedPart = 'null' | 'value' | 'rest';

/** Rows of one place that follow each other in an index. */
export interface Range {
  readonly columns: 'all' | 'ids' | 'count';
  readonly conditions: readonly Condition[];
  /** By default the order of ids. */
  readonly sorted?: {
    readonly column: MemberColumn;
    readonly isDescending: boolean;
    readonly part: SortedPart;
  };
  /** Whether it begins after a row, whose id and value are in the slots `after` and `key`. */
  readonly isAfter: boolean;
  /** Whether it ends with the id in the slot `last`. */
  readonly hasLast: boolean;
}

/** The slot for the value of a condition. */
export function conditionSlot(index: number): string {
  return `where${index}`;
}

/** What tells the ranges of one table apart. */
export function rangeName({ columns, conditions, sorted, isAfter, hasLast }: Range): string {
  return [
    columns,
    ...conditions.map(({ column, isNull }) => `${isNull ? 'no ' : ''}${column.name}`),
    ...(sorted === undefined ? [] : [sorted.isDescending ? 'desc' : 'asc', sorted.column.name, sorted.part]),
    ...(isAfter ? ['after'] : []),
    ...(hasLast ? ['last'] : []),
  ].join(' ');
}
