import type { Json } from '../../protocol/documents.js';
import { KEY_LENGTH, sortKey } from '../position.js';
import { isKeptText } from './place-values.js';
import { conditionSlot, type Condition } from './range.js';
import type { Dialect } from './dialect.js';
import type { Parameter } from './engine.js';
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
export function searchOf(shape: Shape, dialect: Dialect, where: Readonly<Record<string, Json>> = {}): Search {
  const conditions: Condition[] = [];
  const values: Record<string, Parameter> = {};
  const rest: (readonly [string, Json])[] = [];
  for (const [member, value] of Object.entries(where)) {
    const column = shape.members.find((each) => each.member === member);
    if (column === undefined || conditions.length === MOST || !isComparable(value)) {
      rest.push([member, value]);
      continue;
    }
    const key = sortKey(value, column.type);
    if (key !== null) values[conditionSlot(conditions.length)] = dialect.searchedValue(key);
    conditions.push({ column, isNull: key === null });
    if (!isWhole(value, key)) rest.push([member, value]);
  }
  return { conditions, values, rest };
}

/** Whether a database can be asked for a value: it takes no text that it could not keep. */
function isComparable(value: Json): boolean {
  return typeof value !== 'string' || isKeptText(value);
}

/** Whether those, and only those, that have the key in their column have the value. */
function isWhole(value: Json, key: string | number | boolean | null): boolean {
  switch (typeof key) {
    case 'string':
      return key === value && key.length < KEY_LENGTH;
    case 'number':
      return Number.isSafeInteger(key);
    default:
      return typeof key === 'boolean';
  }
}
