/**
 * How the values of a column are read, compared and written:
 * - `double` holds numbers as JavaScript does, `number` with any digits;
 * - `array` is PostgreSQL's, and read and written as JSON;
 * - `datetime` holds text as SQLite writes a date with a time, which bodies have as RFC 3339 writes it;
 * - `timestamp` has no time zone and `timestamptz` has;
 * - `other` is read and compared as the database writes it.
 */
export type ColumnClass =
  | 'text'
  | 'uuid'
  | 'integer'
  | 'double'
  | 'number'
  | 'boolean'
  | 'json'
  | 'array'
  | 'date'
  | 'datetime'
  | 'timestamp'
  | 'timestamptz'
  | 'other';

/** A column of an existing table. */
export interface ColumnDescription {
  readonly name: string;
  /** The type as the database names it, for messages. */
  readonly type: string;
  readonly class: ColumnClass;
  /** False where the database computes the value. */
  readonly isWritable: boolean;
  /** The value of a row that names none, as SQL; undefined where NULL. */
  readonly default: string | undefined;
  /** Whether a row may lack a value. */
  readonly isNullable: boolean;
  /** Whether the database numbers new rows by it. */
  readonly isNumbered: boolean;
}

/** A constraint that a statement may break. */
export interface ConstraintDescription {
  /** Undefined where the database does not tell it. */
  readonly name: string | undefined;
  readonly columns: readonly string[];
}

/** A foreign key. */
export interface ForeignKeyDescription extends ConstraintDescription {
  /** The table that it refers to. */
  readonly table: string;
  readonly targets: readonly string[];
}

/** An existing table, or view, as the database describes it. */
export interface TableDescription {
  readonly isView: boolean;
  /** Whether rows can be created, changed and removed. */
  readonly isWritable: boolean;
  /** Whether triggers may fill in what a new row lacks, before it is looked at. */
  readonly fillsRows: boolean;
  readonly columns: readonly ColumnDescription[];
  /** The column that SQLite itself keys rows by. */
  readonly rowid?: ColumnDescription;
  /** Columns of which no two rows have the same values, whatever else they hold. */
  readonly uniques: readonly ConstraintDescription[];
  readonly references: readonly ForeignKeyDescription[];
}

/** The parts of a table's name: that of its schema, where it has one, comes first. */
export function nameParts(table: string): readonly string[] {
  const dot = table.indexOf('.');
  return dot < 0 ? [table] : [table.slice(0, dot), table.slice(dot + 1)];
}
