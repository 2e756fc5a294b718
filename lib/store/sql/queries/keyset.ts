import { formatPosition, parsePosition } from '../../position.js';
import type { SortKey } from '../../position.js';
import { PositionError } from '../../store-errors.js';
import type { Order } from '../../store.js';
import { idValue } from './key-values.js';
import { isStorableText } from '../../storable-text.js';
import type { Dialect } from '../dialect.js';
import type { Parameter, Row, Values } from './query.js';
import type { RowRange } from './statements.js';
import type { MemberColumn, TableSchema } from '../schema/table-schema.js';

/**
 * A part of a list that one range of one index gives, with the values for its slots; which columns are wanted of its
 * rows the reader adds.
 */
export interface KeysetSegment {
  readonly range: Pick<RowRange, 'sorted' | 'isAfter'>;
  readonly values: Values;
}

/** The row that a list goes on after. */
export interface Cursor {
  readonly id: Parameter;
  /** Its value of the member that the list is sorted by. */
  readonly key: SortKey;
}

/** The column that a list is sorted by. */
export interface ColumnOrder {
  readonly column: MemberColumn;
  readonly isDescending: boolean;
}

/**
 * Finds the column for an order.
 *
 * @throws {TypeError} where entities cannot be sorted so
 */
export function columnOrder(schema: TableSchema, order: Order | undefined): ColumnOrder | undefined {
  if (order === undefined) return undefined;
  const column = schema.members.find(({ member }) => member === order.member);
  if (column !== undefined) return { column, isDescending: order.descending === true };
  const sortable = schema.members.map(({ member }) => JSON.stringify(member)).join(', ') || 'none';
  throw new TypeError(
    `${JSON.stringify(schema.plan.collection)} cannot be sorted by ${JSON.stringify(order.member)}; ` +
      `its plan has: ${sortable}`,
  );
}

/**
 * Reads the position that a page is asked for after.
 *
 * @throws {PositionError} where it is none in this order
 */
export function parseCursor(
  { schema, dialect }: { readonly schema: TableSchema; readonly dialect: Dialect },
  sorted: ColumnOrder | undefined,
  after: string,
): Cursor {
  const position = sorted === undefined ? { id: after, key: null } : parsePosition(after, sorted.column.type);
  const id = idValue(schema.id, position.id);
  const isKept = typeof position.key !== 'string' || isStorableText(position.key);
  if (id === undefined || !isKept) throw new PositionError(after);
  return { id, key: dialect.keyValue(position.key) };
}

/** Makes the cursor to go on after a row. */
export function cursorAtRow(row: Row): Cursor {
  return { id: row['id'] as Parameter, key: (row['key'] ?? null) as SortKey };
}

/** Writes a cursor as the position that a page gives. */
export function formatCursor(sorted: ColumnOrder | undefined, cursor: Cursor): string {
  const id = String(cursor.id);
  if (sorted === undefined) return id;
  // SQLite has no booleans, and gives 1 and 0.
  const isBoolean = sorted.column.type === 'boolean' && cursor.key !== null;
  return formatPosition({ id, key: isBoolean ? Boolean(cursor.key) : cursor.key });
}

/** Splits what follows a row, or a whole list, into the segments that are read one after another. */
export function keysetSegments(
  sorted: ColumnOrder | undefined,
  after: Cursor | undefined,
): readonly KeysetSegment[] {
  const isAfter = after !== undefined;
  const values: Values = isAfter ? { after: after.id, key: after.key } : {};
  if (sorted === undefined) return [{ range: { isAfter }, values }];

  const part = (name: NonNullable<RowRange['sorted']>['part'], goesOn: boolean): KeysetSegment => ({
    range: { sorted: { ...sorted, part: name }, isAfter: goesOn },
    values,
  });
  const isAfterNull = isAfter && after.key === null;
  if (sorted.isDescending) {
    if (isAfterNull) return [part('null', true)];
    return [...(isAfter ? [part('rest', true)] : []), part('value', isAfter), part('null', false)];
  }
  if (isAfter && !isAfterNull) return [part('value', true)];
  return [part('null', isAfter), part('value', false)];
}
