import { jsonEqual } from '../../protocol/json-equal.js';
import { StoreConflictError } from '../conflict.js';
import { idRules } from '../ids.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import type { Change, StoredEntity, ChangeResult } from '../store.js';
import { StoreUnavailableError } from '../unavailable.js';
import { writtenValue } from './column-values.js';
import type { Refusals } from './conflicts.js';
import { ConstraintError, type Connection, type Parameter, type Row } from './engine.js';
import { explainMapped, type MappedBroken } from './mapped-explanation.js';
import { isThere } from './explanation.js';
import type { HeldRelations } from './held-relations.js';
import { keptText } from './kept-text.js';
import { rawOf } from './mapped-row.js';
import type { MappedColumn } from './mapping.js';
import { givenSlot, valueSlot } from './mapped-writing.js';
import { placeName } from './place-key.js';
import { idValue, placeValues } from './place-values.js';
import type { Query, Values } from './query.js';
import type { MappedTable, SqlTables } from './sql-tables.js';

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

/** What a change is made with. */
export interface MappedCircumstances {
  readonly connection: Connection;
  readonly table: MappedTable;
  readonly refusals: Refusals;
}

/**
 * Writes rows of tables that others made. Whatever a row comes to be, by triggers or computed columns, is read
 * back, so that its version is the one that others will find.
 */
export class MappedWriter {
  readonly #tables: SqlTables;
  readonly #relations: HeldRelations;

  constructor(tables: SqlTables, relations: HeldRelations) {
    this.#tables = tables;
    this.#relations = relations;
  }

  async create(change: Create, circumstances: MappedCircumstances): Promise<ChangeResult> {
    const { connection, table, refusals } = circumstances;
    const { shape, writing } = table;
    checkWritable(table);
    const place = placeValues(shape, change.key);
    if (place === undefined) throw refusals.missingParent();
    await this.#relations.checkParent(connection, shape, place, refusals);

    const given = change.id ?? (shape.id.kind === 'bigint' ? undefined : idRules[shape.id.kind].next(0));
    const id = given === undefined ? undefined : idValue(shape.id, given);
    if (given !== undefined && id === undefined) throw refusals.badId(shape, given);
    // Which of several constraints is broken first, each database decides for itself.
    const isTaken =
      change.id !== undefined &&
      (await isThere(this.#tables, connection, shape, { ...place, id: id ?? null }));
    if (isTaken) throw refusals.exists();
    const { number } = writing;
    if (id === undefined && number !== undefined) {
      await all(connection, number, { numbered: placeName(change.key) });
    }
    const values = { ...place, ...this.#valuesOf(table, change.body, undefined) };
    const [row] = await explained(
      circumstances,
      { body: change.body, isCreation: true, isNumbered: id === undefined },
      () =>
        id === undefined
          ? all(connection, writing.create, values)
          : all(connection, writing.createWithId, { ...values, id }),
    );
    await this.#relations.checkReferences(connection, shape, place, change, refusals);
    return this.#readBack(circumstances, place, String(row?.['id']));
  }

  async alter(change: Alter, circumstances: MappedCircumstances): Promise<ChangeResult> {
    const { connection, table, refusals } = circumstances;
    const { shape, writing, reading } = table;
    checkWritable(table);
    const place = placeValues(shape, change.key);
    const id = idValue(shape.id, change.id);
    if (place === undefined || id === undefined) throw refusals.missing();
    const at = { ...place, id };
    const lock = change.do === 'remove' ? writing.lock.remove : writing.lock.change;
    const [row] = await all(connection, lock, at);
    if (row === undefined) throw refusals.missing();
    const current = reading.form.entity(change.id, row);
    if (change.version !== undefined && change.version !== current.version) throw refusals.version();

    if (change.do === 'remove') {
      const removal = { body: undefined, isCreation: false };
      await explained(circumstances, removal, () => all(connection, writing.remove, at));
      await this.#relations.checkUnused(connection, shape, at, refusals);
      return undefined;
    }
    const { replace } = writing;
    if (replace !== undefined) {
      const values = { ...at, ...this.#valuesOf(table, change.body, { entity: current, row }) };
      const replacement = { body: change.body, isCreation: false };
      await explained(circumstances, replacement, () => all(connection, replace, values));
    }
    await this.#relations.checkReferences(connection, shape, place, change, refusals);
    return this.#readBack(circumstances, place, change.id);
  }

  /** @param current - what stands there, of which only what changes is written */
  #valuesOf(
    { shape, mapping }: MappedTable,
    body: JsonObject,
    current: { readonly entity: StoredEntity; readonly row: Row } | undefined,
  ): Values {
    // It holds no text that the database does not keep.
    keptText(body);
    const unknown = Object.keys(body).filter((member) =>
      mapping.columns.every((column) => column.member !== member),
    );
    if (unknown.length > 0) {
      throw new TypeError(
        `the table ${JSON.stringify(shape.table)} has no column for the member ${JSON.stringify(unknown[0])}`,
      );
    }
    const values: Record<string, Parameter> = {};
    for (const [index, column] of mapping.columns.entries()) {
      const value = memberOf(body, column);
      values[valueSlot(index)] = writtenValue(
        column,
        value,
        this.#tables.dialect,
        current && rawOf(current.row, index),
      );
      values[givenSlot(index)] =
        current === undefined ? value !== undefined : isChanged(column, value, current.entity.body);
    }
    return values;
  }

  async #readBack(
    { connection, table }: MappedCircumstances,
    place: Values,
    id: string,
  ): Promise<StoredEntity> {
    const { shape, reading } = table;
    const value = idValue(shape.id, id);
    const [row] = value === undefined ? [] : await all(connection, reading.get, { ...place, id: value });
    if (row !== undefined) return reading.form.entity(id, row);
    throw new Error(
      `the table ${JSON.stringify(shape.table)} took a row that cannot be found afterwards by the id ` +
        `${JSON.stringify(id)} in its column ${JSON.stringify(shape.id.name)}`,
    );
  }
}

async function explained<T>(
  { table, refusals }: MappedCircumstances,
  change: Pick<MappedBroken, 'body' | 'isCreation'> & { readonly isNumbered?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    const explanation = explainMapped({ table, refusals, error, ...change });
    if (change.isNumbered !== true || !hasTakenId(explanation)) throw explanation;
    throw new StoreUnavailableError('busy', 'another program took the number that a new row was to have', {
      cause: explanation,
    });
  }
}

function hasTakenId(error: Error): boolean {
  return error instanceof StoreConflictError && error.reason === 'exists';
}

function isChanged(column: MappedColumn, value: Json | undefined, before: JsonObject): boolean {
  return !jsonEqual(value ?? null, memberOf(before, column) ?? null);
}

function memberOf(body: JsonObject, { member }: MappedColumn): Json | undefined {
  return Object.hasOwn(body, member) ? body[member] : undefined;
}

function checkWritable({ shape, mapping }: MappedTable): void {
  if (mapping.found.isWritable) return;
  throw new Error(
    `the database does not write ${JSON.stringify(shape.table)}, which the catalog ` +
      `${JSON.stringify(shape.plan.collection)} is served from; give its classes static methods = ['GET']`,
  );
}

async function all(connection: Connection, query: Query, values: Values) {
  return connection.all(query.statement, query.bind(values));
}
