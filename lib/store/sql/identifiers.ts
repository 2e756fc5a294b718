import { createHash } from 'node:crypto';

/** How long an identifier may be: what PostgreSQL keeps of one, in bytes. */
const LONGEST = 63;

/** What stands as it is in any database, in one spelling, and without the separator of segments. */
const PLAIN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** Beginnings of names that belong to a database, or to the tables that are no catalog's. */
const RESERVED = /^(?:sqlite|pg|shoji)_/;

/**
 * The name of a catalog's table: `customers__orders` for `customers/orders`. It depends on nothing else, so
 * that it stays the same whatever other catalogs come and go.
 */
export function tableName(catalog: string): string {
  const segments = catalog.split('/');
  const name = segments.join('__');
  const isPlain = segments.every((segment) => PLAIN.test(segment)) && !RESERVED.test(name);
  // Room is left for the names that are made of it.
  return isPlain && name.length <= 40 ? name : digested(catalog, 28);
}

/** The name of the column that holds what `kind` says of a member: `color_string`. */
export function columnName(member: string, kind: string): string {
  const name = PLAIN.test(member) && member.length <= 40 ? member : digested(member, 28);
  return `${name}_${kind}`;
}

/** The name of an index or a constraint of a table. It has a dot, so that it is no table's name. */
export function constraintName(table: string, columns: readonly string[], kind: string): string {
  const name = [table, ...columns, kind].join('.');
  return name.length <= LONGEST ? name : `${table}.${hash(columns.join('.'))}.${kind}`;
}

/** As much of a text as can be read in an identifier, and what tells it from all others. */
function digested(text: string, length: number): string {
  const readable = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return `x_${readable.slice(0, length)}_${hash(text)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
