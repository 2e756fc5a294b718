import type { Json } from '../../protocol/documents.js';
import { conditionSlot, type Condition } from './range.js';
import type { Parameter } from './engine.js';
import type { RowForm } from './row-form.js';
import type { Shape } from './shape.js';
import type { Values } from './query.js';

/** How many members a statement looks at; others are compared afterwards. It bounds how many there are. */
const MOST = 4;

/** What of a search the database does, and what is left to do. */
export interface Search {
  readonly conditions: readonly Condition[];
  readonly values: Values;
  /** Members that the entities found have to be compared in. */
  readonly rest: readonly (readonly [string, Json])[];
}

/** Takes apart which members have to equal which values. */
export function searchOf(
  { members }: Shape,
  { compared }: RowForm,
  where: Readonly<Record<string, Json>> = {},
): Search {
  const conditions: Condition[] = [];
  const values: Record<string, Parameter> = {};
  const rest: (readonly [string, Json])[] = [];
  for (const [member, value] of Object.entries(where)) {
    const column = members.find((each) => each.member === member);
    const comparison = conditions.length === MOST ? undefined : column && compared(column, value);
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
