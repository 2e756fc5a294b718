import { jsonEqual } from '../../../protocol/json/values.js';
import { StoreConflictError, StoreUnavailableError } from '../../store-errors.js';
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

type Create = Extract<Change, { do: 'create' }>;

type Alter = Exclude<Change, Create>;

interface WriteContext {
  readonly connection: Connection;
  readonly table: ExistingTable;
  readonly conflicts: Conflicts;
}

/**
 * Writes rows of existing tables. Whatever a row comes to be, by triggers or computed columns, is read
 * back, so that its version is the one that later reads will find.
 */
export class ExistingTableWriter {
  readonly #tables: SqlTables;
  readonly #references: ReferentialChecks;

  constructor(tables: SqlTables, references: ReferentialChecks) {
    this.#tables = tables;
    this.#references = references;
  }

  async create(change: Create, context: WriteContext): Promise<ChangeResult> {
    const { connection, table, conflicts } = context;
    const { schema, write } = table;
    checkWritable(table);
    const parents = parentIdValues(schema, change.key);
    if (parents === undefined) throw conflicts.missingParent();
    await this.#references.checkParent(connection, schema, parents, conflicts);

    const given = change.id ?? (schema.id.kind === 'bigint' ? undefined : idRules[schema.id.kind].next(0));
    const id = given === undefined ? undefined : idValue(schema.id, given);
    if (given !== undefined && id === undefined) throw conflicts.badId(schema, given);
    // Which of several constraints is broken first, each database decides for itself.
    const isTaken =
      change.id !== undefined &&
      (await this.#tables.hasEntity(connection, schema, { ...parents, id: id ?? null }));
    if (isTaken) throw conflicts.exists();
    const { lockNumbers } = write;
    if (id === undefined && lockNumbers !== undefined) {
      await all(connection, lockNumbers, { numbered: formatKey(change.key) });
    }
    const values = { ...parents, ...this.#valuesOf(table, change.body, undefined) };
    const [row] = await withConflicts(
      context,
      { body: change.body, isCreation: true, isNumbered: id === undefined },
      () =>
        id === undefined
          ? all(connection, write.create, values)
          : all(connection, write.createWithId, { ...values, id }),
    );
    await this.#references.checkReferences(connection, schema, parents, change, conflicts);
    return this.#readBack(context, parents, String(row?.['id']));
  }

  async alter(change: Alter, context: WriteContext): Promise<ChangeResult> {
    const { connection, table, conflicts } = context;
    const { schema, write, read } = table;
    checkWritable(table);
    const parents = parentIdValues(schema, change.key);
    const id = idValue(schema.id, change.id);
    if (parents === undefined || id === undefined) throw conflicts.missing();
    const at = { ...parents, id };
    const lock = change.do === 'remove' ? write.lock.remove : write.lock.change;
    const [row] = await all(connection, lock, at);
    if (row === undefined) throw conflicts.missing();
    const current = read.mapping.entity(change.id, row);
    if (change.version !== undefined && change.version !== current.version) throw conflicts.version();

    if (change.do === 'remove') {
      const removal = { body: undefined, isCreation: false };
      await withConflicts(context, removal, () => all(connection, write.remove, at));
      await this.#references.checkUnused(connection, schema, at, conflicts);
      return undefined;
    }
    const { replace } = write;
    if (replace !== undefined) {
      const values = { ...at, ...this.#valuesOf(table, change.body, { entity: current, row }) };
      const replacement = { body: change.body, isCreation: false };
      await withConflicts(context, replacement, () => all(connection, replace, values));
    }
    await this.#references.checkReferences(connection, schema, parents, change, conflicts);
    return this.#readBack(context, parents, change.id);
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

  async #readBack({ connection, table }: WriteContext, parents: Values, id: string): Promise<StoredEntity> {
    const { schema, read } = table;
    const value = idValue(schema.id, id);
    const [row] = value === undefined ? [] : await all(connection, read.get, { ...parents, id: value });
    if (row !== undefined) return read.mapping.entity(id, row);
    throw new Error(
      `the table ${JSON.stringify(schema.table)} took a row that cannot be found afterwards by the id ` +
        `${JSON.stringify(id)} in its column ${JSON.stringify(schema.id.name)}`,
    );
  }
}

async function withConflicts<T>(
  { table, conflicts }: WriteContext,
  change: Pick<RefusedRow, 'body' | 'isCreation'> & { readonly isNumbered?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    const conflict = toExistingTableConflict({ table, conflicts, error, ...change });
    if (change.isNumbered !== true || !hasTakenId(conflict)) throw conflict;
    throw new StoreUnavailableError('busy', 'another program took the number that a new row was to have', {
      cause: conflict,
    });
  }
}

/** A change that an existing table does not take. */
interface RefusedRow {
  readonly error: ConstraintError;
  readonly table: ExistingTable;
  /** The body that was to be kept; undefined where an entity was to be removed. */
  readonly body: JsonObject | undefined;
  readonly isCreation: boolean;
  readonly conflicts: Conflicts;
}

/** Says which conflict that is, as far as the database tells it. */
function toExistingTableConflict(refused: RefusedRow): Error {
  const { error, body, conflicts } = refused;
  switch (error.kind) {
    case 'unique':
      return uniqueConflict(refused);
    case 'foreign-key':
      return body === undefined ? conflicts.inUse() : referenceConflict(refused, body);
    case 'not-null':
      return missingValueError(refused);
    case 'other':
      return conflicts.refused([]);
  }
}

function uniqueConflict({ error, table, conflicts }: RefusedRow): StoreConflictError {
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

function referenceConflict(
  { error, table, isCreation, conflicts }: RefusedRow,
  body: JsonObject,
): StoreConflictError {
  const { references } = table.columnMapping.description;
  const named = references.filter(({ name }) => name !== undefined && name === error.constraint);
  // SQLite does not tell which one it is, and PostgreSQL may speak of one of another table.
  const isUnnamed = error.constraint === undefined;
  const columns = (isUnnamed ? references : named).flatMap((reference) => reference.columns);
  const members = membersOf(table, columns).filter((member) => (body[member] ?? null) !== null);
  if (members.length > 0) return conflicts.referenceBy(members);
  if (isCreation && (isUnnamed || named.length > 0)) return conflicts.missingParent();
  return conflicts.inUse();
}

function missingValueError({ error, table, conflicts }: RefusedRow): Error {
  const column = afterDot(error.constraint ?? '');
  const members = membersOf(table, [column]);
  if (members.length > 0) return conflicts.refused(members);
  // Nothing that a client sends could help it.
  return new Error(
    `the table ${JSON.stringify(table.schema.table)} takes no row without a value in its column ` +
      `${JSON.stringify(column)}, which no member of the bodies stands for; map a member to it, give it a ` +
      'default, or leave POST and PUT out of the methods of its class',
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
      `${JSON.stringify(schema.plan.collection)} is served from; give its classes methods: ['GET']`,
  );
}

async function all(connection: Connection, query: Query, values: Values) {
  return connection.all(query.statement, query.bind(values));
}
