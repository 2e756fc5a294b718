import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { Slot } from './query.js';
import type { IdColumn } from './shape.js';

/** Tables whose names and columns are known when a store is opened, and not before. */
export type Tables = Record<string, Record<string, unknown>>;

/** Builds queries on such tables. */
export type Builder = Kysely<Tables>;

/** Holds for the rows of one place: those with the ids that the slots of these columns are given. */
export function samePlace(
  expressions: ExpressionBuilder<Tables, string>,
  within: readonly IdColumn[],
): Expression<SqlBool>[] {
  return within.map(({ name }) => expressions(name, '=', new Slot(name)));
}
