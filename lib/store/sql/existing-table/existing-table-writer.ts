import { jsonEqual } from '../../../protocol/json-equal.js';
import { StoreConflictError, StoreUnavailableError } from '../../errors.js';
import { idRules } from '../../ids.js';
import type { Json, JsonObject } from '../../../protocol/documents.js';
import type { Change, StoredEntity, ChangeResult } from '../../store.js';
import { writtenValue } from './column-values.js';
import type { Conflicts } from '../writer/conflicts.js';
import { ConstraintError } from '../engine.js';
import type { Connection } from '../engine.js';
import type { Parameter, Row, Query, Values } from '../queries/query.js';
import type { ReferentialChecks } from '../writer/referential-checks.js';
import { serializeBody } from '../../storable-text.js';
import { rawValueAt } from './existing-rows.js';
import type { ExistingColumn } from './table-mapping.js';
import { givenSlot, valueSlot } from './existing-table-statements.js';
import { formatKey, idValue, parentIdValues } from '../queries/key-values.js';
import type { ExistingTable, SqlTables } from '../sql-tables.js';

/** A change that an existing table does not take. */
export interface RefusedRow {
  readonly error: ConstraintError;
  readonly table: ExistingTable;
  /** The body that was to be kept; undefined where an entity was to be removed. */
  readonly body: JsonObject | undefined;
  readonly isCreation: boolean;
  readonly conflicts: Conflicts;
}

/** What that means to a store, as far as the database tells it. */
export function toExistingTableConflict(broken: RefusedRow): Error {
  const { error, body, conflicts } = broken;
  switch (error.kind) {
    case 'unique':
      return explainUnique(broken);
    case 'foreign-key':
      return body === undefined ? conflicts.inUse() : explainReference(broken, body);
    case 'not-null':
      return explainMissing(broken);
    case 'other':
      return conflicts.refused([]);
  }
}

function explainUnique({ error, table, conflicts }: RefusedRow): StoreConflictError {
  const { columnMapping } = table;
  const { constraint = '' } = error;
  const columns =
    columnMapping.description.uniques.find(({ name }) => name === constraint)?.columns ??
    // SQLite names the columns.
    constraint.split(', ').map(afterDot);
  const members = membersOf(table, columns);
  if (members.length > 0) return conflicts.unique(members);
  return columns.includes(columnMapping.key.name) ? conflicts.exists() : conflicts.refused([]);
}

function explainReference(
  { error, table, isCreation, conflicts }: RefusedRow,
  body: JsonObject,
): StoreConflictError {
  const { references } = table.columnMapping.description;
  const named = references.filter(({ name }) => name !== undefined && name === error.constraint);
  // SQLite does not tell which one it is, and PostgreSQL may speak of one of another table.
  const isUntold = error.constraint === undefined;
  const columns = (isUntold ? references : named).flatMap((reference) => reference.columns);
  const members = membersOf(table, columns).filter((member) => (body[member] ?? null) !== null);
  if (members.length > 0) return conflicts.referenceBy(members);
  if (isCreation && (isUntold || named.length > 0)) return conflicts.missingParent();
  return conflicts.inUse();
}

function explainMissing({ error, table, conflicts }: RefusedRow): Error {
  const column = afterDot(error.constraint ?? '');
  const members = membersOf(table, [column]);
  if (members.length > 0) return conflicts.refused(members);
  // Nothing that a client sends could help it.
  return new Error(
    `the table ${JSON.stringify(table.schema.table)} takes no row without a value in its column ` +
      `${JSON.stringify(column)}, which no member of the bodies stands for; map a member to it, give it a ` +
      'default, or leave POST and PUT out of static methods',
    { cause: error },
  );
}

/** The members that columns hold. */
function membersOf({ columnMapping }: ExistingTable, columns: readonly string[]): readonly string[] {
  return columnMapping.columns.flatMap(({ name, member }) => (columns.includes(name) ? [member] : []));
}

function afterDot(text: string): string {
  return text.slice(text.indexOf('.') + 1);
}

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

/** What a change is made with. */
export interface ExistingWriteContext {
  readonly connection: Connection;
  readonly table: ExistingTable;
  readonly conflicts: Conflicts;
}

/**
 * Writes rows of existing tables. Whatever a row comes to be, by triggers or computed columns, is read
 * back, so that its version is the one that others will find.
 */
export class ExistingTableWriter {
  readonly #tables: SqlTables;
  readonly #relations: ReferentialChecks;

  constructor(tables: SqlTables, relations: ReferentialChecks) {
    this.#tables = tables;
    this.#relations = relations;
  }

  async create(change: Create, circumstances: ExistingWriteContext): Promise<ChangeResult> {
    const { connection, table, conflicts } = circumstances;
    const { schema, write } = table;
    checkWritable(table);
    const place = parentIdValues(schema, change.key);
    if (place === undefined) throw conflicts.missingParent();
    await this.#relations.checkParent(connection, schema, place, conflicts);

    const given = change.id ?? (schema.id.kind === 'bigint' ? undefined : idRules[schema.id.kind].next(0));
    const id = given === undefined ? undefined : idValue(schema.id, given);
    if (given !== undefined && id === undefined) throw conflicts.badId(schema, given);
    // Which of several constraints is broken first, each database decides for itself.
    const isTaken =
      change.id !== undefined &&
      (await this.#tables.hasEntity(connection, schema, { ...place, id: id ?? null }));
    if (isTaken) throw conflicts.exists();
    const { number } = write;
    if (id === undefined && number !== undefined) {
      await all(connection, number, { numbered: formatKey(change.key) });
    }
    const values = { ...place, ...this.#valuesOf(table, change.body, undefined) };
    const [row] = await withConflicts(
      circumstances,
      { body: change.body, isCreation: true, isNumbered: id === undefined },
      () =>
        id === undefined
          ? all(connection, write.create, values)
          : all(connection, write.createWithId, { ...values, id }),
    );
    await this.#relations.checkReferences(connection, schema, place, change, conflicts);
    return this.#readBack(circumstances, place, String(row?.['id']));
  }

  async alter(change: Alter, circumstances: ExistingWriteContext): Promise<ChangeResult> {
    const { connection, table, conflicts } = circumstances;
    const { schema, write, read } = table;
    checkWritable(table);
    const place = parentIdValues(schema, change.key);
    const id = idValue(schema.id, change.id);
    if (place === undefined || id === undefined) throw conflicts.missing();
    const at = { ...place, id };
    const lock = change.do === 'remove' ? write.lock.remove : write.lock.change;
    const [row] = await all(connection, lock, at);
    if (row === undefined) throw conflicts.missing();
    const current = read.mapping.entity(change.id, row);
    if (change.version !== undefined && change.version !== current.version) throw conflicts.version();

    if (change.do === 'remove') {
      const removal = { body: undefined, isCreation: false };
      await withConflicts(circumstances, removal, () => all(connection, write.remove, at));
      await this.#relations.checkUnused(connection, schema, at, conflicts);
      return undefined;
    }
    const { replace } = write;
    if (replace !== undefined) {
      const values = { ...at, ...this.#valuesOf(table, change.body, { entity: current, row }) };
      const replacement = { body: change.body, isCreation: false };
      await withConflicts(circumstances, replacement, () => all(connection, replace, values));
    }
    await this.#relations.checkReferences(connection, schema, place, change, conflicts);
    return this.#readBack(circumstances, place, change.id);
  }

  /** @param current - what stands there, of which only what changes is written */
  #valuesOf(
    { schema, columnMapping }: ExistingTable,
    body: JsonObject,
    current: { readonly entity: StoredEntity; readonly row: Row } | undefined,
  ): Values {
    // It holds no text that the database does not keep.
    serializeBody(body);
    const unknown = Object.keys(body).filter((member) =>
      columnMapping.columns.every((column) => column.member !== member),
    );
    if (unknown.length > 0) {
      throw new TypeError(
        `the table ${JSON.stringify(schema.table)} has no column for the member ${JSON.stringify(unknown[0])}`,
      );
    }
    const values: Record<string, Parameter> = {};
    for (const [index, column] of columnMapping.columns.entries()) {
      const value = memberOf(body, column);
      values[valueSlot(index)] = writtenValue(
        column,
        value,
        this.#tables.dialect,
        current && rawValueAt(current.row, index),
      );
      values[givenSlot(index)] =
        current === undefined ? value !== undefined : isChanged(column, value, current.entity.body);
    }
    return values;
  }

  async #readBack(
    { connection, table }: ExistingWriteContext,
    place: Values,
    id: string,
  ): Promise<StoredEntity> {
    const { schema, read } = table;
    const value = idValue(schema.id, id);
    const [row] = value === undefined ? [] : await all(connection, read.get, { ...place, id: value });
    if (row !== undefined) return read.mapping.entity(id, row);
    throw new Error(
      `the table ${JSON.stringify(schema.table)} took a row that cannot be found afterwards by the id ` +
        `${JSON.stringify(id)} in its column ${JSON.stringify(schema.id.name)}`,
    );
  }
}

async function withConflicts<T>(
  { table, conflicts }: ExistingWriteContext,
  change: Pick<RefusedRow, 'body' | 'isCreation'> & { readonly isNumbered?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    const explanation = toExistingTableConflict({ table, conflicts, error, ...change });
    if (change.isNumbered !== true || !hasTakenId(explanation)) throw explanation;
    throw new StoreUnavailableError('busy', 'another program took the number that a new row was to have', {
      cause: explanation,
    });
  }
}

function hasTakenId(error: Error): boolean {
  return error instanceof StoreConflictError && error.reason === 'exists';
}

function isChanged(column: ExistingColumn, value: Json | undefined, before: JsonObject): boolean {
  return !jsonEqual(value ?? null, memberOf(before, column) ?? null);
}

function memberOf(body: JsonObject, { member }: ExistingColumn): Json | undefined {
  return Object.hasOwn(body, member) ? body[member] : undefined;
}

function checkWritable({ schema, columnMapping }: ExistingTable): void {
  if (columnMapping.description.isWritable) return;
  throw new Error(
    `the database does not write ${JSON.stringify(schema.table)}, which the catalog ` +
      `${JSON.stringify(schema.plan.collection)} is served from; give its classes static methods = ['GET']`,
  );
}

async function all(connection: Connection, query: Query, values: Values) {
  return connection.all(query.statement, query.bind(values));
}
