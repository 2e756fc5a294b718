import type { Expression, Kysely, SqlBool } from 'kysely';
import { Slot } from './query.js';
import type { RowForm } from './row-form.js';
import { toldWithin, type Shape } from './shape.js';

/** Tables whose names and columns are known when a store is opened, and not before. */
export type Tables = Record<string, Record<string, unknown>>;

/** Builds queries on such tables. */
export type Builder = Kysely<Tables>;

/** Holds for the rows of one place: those with the ids that the slots of its columns are given. */
export function samePlace({ same, served }: RowForm, shape: Shape): Expression<SqlBool>[] {
  return [...toldWithin(shape).map((column) => same(column, new Slot(column.slot))), ...served];
}

/** Holds for the row of one entity of a place, whose id is in the slot `id`. */
export function sameEntity(form: RowForm, shape: Shape): Expression<SqlBool>[] {
  return [...samePlace(form, shape), form.same(shape.id, new Slot(shape.id.slot))];
}
