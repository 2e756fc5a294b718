import type { RawBuilder, SqlBool } from 'kysely';
import type { ColumnClass } from './found-table.js';
import type { Slot } from './query.js';
import type { MemberColumn } from './shape.js';

/** A column of a table that others made, as statements refer to it. */
export interface ColumnText {
  readonly ref: RawBuilder<unknown>;
  readonly class: ColumnClass;
}

/** What the databases say in different words of such columns. */
export interface ColumnTexts {
  /** The value as it is read; see `Raw`. */
  readonly raw: (column: ColumnText) => RawBuilder<unknown>;
  /** The value as text that is compared by code point. */
  readonly text: (column: ColumnText) => RawBuilder<unknown>;
  /** What sorted lists compare of a member of a type, or NULL. */
  readonly sortKey: (column: ColumnText, type: MemberColumn['type']) => RawBuilder<unknown>;
  /** Holds where the column has the value in the slot. */
  readonly equal: (column: ColumnText, slot: Slot) => RawBuilder<SqlBool>;
  /** The integer that a slot is given as text, of any size that a column holds. */
  readonly integer: (slot: Slot) => RawBuilder<unknown>;
  /** Holds where a column of ids has an integer. */
  readonly isInteger: (ref: RawBuilder<unknown>) => RawBuilder<SqlBool>;
  /** What a column of the class `boolean` is compared with. */
  readonly truth: (value: boolean) => number | boolean;
  /** What is written to a column of the value in the slot. */
  readonly written: (slot: Slot, of: ColumnClass) => RawBuilder<unknown>;
}
