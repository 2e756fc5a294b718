import type { Clock } from '../../clock.js';
import { idRules } from '../../ids.js';
import type { Change, ChangeResult } from '../../store.js';
import { Conflicts, toConflict } from './conflicts.js';
import type { BrokenConstraint } from './conflicts.js';
import { parentEntityValues, idValue, parentIdValues, referencedId } from '../queries/key-values.js';
import { ConstraintError } from '../engine.js';
import type { Connection } from '../engine.js';
import type { Parameter, Query, Values } from '../queries/query.js';
import { serializeBody } from '../../storable-text.js';
import { ReferentialChecks } from './referential-checks.js';
import type { BodyChange } from './referential-checks.js';
import { ExistingTableWriter } from '../existing-table/existing-table-writer.js';
import { CollectionStateWriter, groupByCollection, newVersion } from './collection-state-writer.js';
import type { Isolation, TouchedCollection } from './collection-state-writer.js';
import { rowEntity } from '../queries/row-mapping.js';
import type { TableSchema } from '../schema/table-schema.js';
import type { OwnTable, SqlTables } from '../sql-tables.js';

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

interface WriteContext {
  readonly connection: Connection;
  readonly conflicts: Conflicts;
}

/** Writes batches of changes. */
export class SqlWriter {
  readonly #tables: SqlTables;
  readonly #clock: Clock;
  readonly #states: CollectionStateWriter;
  readonly #references: ReferentialChecks;
  readonly #existing: ExistingTableWriter;

  constructor(tables: SqlTables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
    this.#references = new ReferentialChecks(tables);
    this.#existing = new ExistingTableWriter(tables, this.#references);
    this.#states = new CollectionStateWriter(tables, clock);
  }

  /**
   * Makes all changes. Where it throws, the caller has to undo what was made.
   *
   * Locks are taken in one order, of entities that are there first and of collections next, so that two batches
   * seldom wait for each other.
   *
   * @param connection - of a transaction
   * @param isolation - of that transaction, on PostgreSQL
   * @throws {StoreConflictError} where one cannot be made
   */
  async write(
    connection: Connection,
    changes: readonly Change[],
    isolation: Isolation,
  ): Promise<readonly ChangeResult[]> {
    const time = this.#clock.time();
    const { collections, byChange } = groupByCollection(changes, time, this.#tables);
    if (changes.length > 1) for (const touched of collections) await lockEntities(connection, touched);

    const own = collections.filter(({ table }) => table.kind === 'own');
    const finish = await this.#states.begin(connection, own, changes.length === 1, isolation);
    const written: ChangeResult[] = [];
    for (const [index, change] of changes.entries()) {
      const context = { connection, conflicts: new Conflicts(change, index) };
      written.push(await this.#make(change, byChange[index] as TouchedCollection, context));
    }
    await finish();
    return written;
  }

  /**
   * Tells whether changes are made by one statement at most, after which nothing is found to stand against them. The
   * state of collections is left out of account: it may be written later.
   */
  isAtomic(changes: readonly Change[]): boolean {
    const [change] = changes;
    if (change === undefined || changes.length > 1 || change.do === 'remove') return false;
    const { kind, schema } = this.#tables.get(change.key);
    return kind === 'own' && schema.references.length === 0;
  }

  #make(change: Change, touched: TouchedCollection, context: WriteContext): Promise<ChangeResult> {
    const { table } = touched;
    if (table.kind === 'existing') {
      return change.do === 'create'
        ? this.#existing.create(change, { ...context, table })
        : this.#existing.alter(change, { ...context, table });
    }
    return change.do === 'create'
      ? this.#create(change, table, touched, context)
      : this.#alter(change, table, touched, context);
  }

  async #create(
    change: Create,
    { schema, write }: OwnTable,
    touched: TouchedCollection,
    { connection, conflicts }: WriteContext,
  ): Promise<ChangeResult> {
    const values = parentIdValues(schema, change.key);
    if (values === undefined) throw conflicts.missingParent();
    const id = change.id ?? idRules[schema.id.kind].next(touched.largest);
    const value = idValue(schema.id, id);
    if (value === undefined) {
      const { parent } = schema;
      const hasParent =
        parent === undefined ||
        (await this.#tables.hasEntity(connection, parent, parentEntityValues(schema, parent, values)));
      throw hasParent ? conflicts.badId(schema, id) : conflicts.missingParent();
    }
    if (schema.id.kind === 'integer') touched.largest = Math.max(touched.largest, Number(id));
    const version = newVersion();
    const text = serializeBody(change.body);
    setColumns(values, value, version, touched.updated, text);
    const { body, unseen } = change;
    await this.#references.checkParent(connection, schema, values, conflicts);
    const broken = { schema, values, body, unseen, isCreation: true, conflicts };
    if (change.id === undefined) await this.#run(connection, write.create, values, broken);
    else await this.#createWithId(connection, write.createWithId, values, touched, broken);
    if (schema.references.length > 0) {
      checkReferences(schema, change, conflicts);
      await this.#references.checkReferences(connection, schema, values, change, conflicts);
    }
    return rowEntity(id, version, touched.updated, text);
  }

  /** Makes an entity whose id may have been another's before: it is not dated before that one was removed. */
  async #createWithId(
    connection: Connection,
    query: Query,
    values: Record<string, Parameter>,
    touched: TouchedCollection,
    broken: Omit<BrokenConstraint, 'error'>,
  ): Promise<void> {
    Object.assign(values, touched.stateRow);
    while ((await this.#run(connection, query, values, broken)) === 0) {
      values['updated'] = touched.updated = await this.#states.laterTime(connection, touched.stateRow);
    }
  }

  async #alter(
    change: Alter,
    { schema, read, write }: OwnTable,
    touched: TouchedCollection,
    { connection, conflicts }: WriteContext,
  ): Promise<ChangeResult> {
    const values = parentIdValues(schema, change.key);
    const value = idValue(schema.id, change.id);
    if (values === undefined || value === undefined) throw conflicts.missing();
    const isExpected = change.version !== undefined;
    if (isExpected) values['expected'] = change.version;

    if (change.do === 'remove') {
      values['id'] = value;
      const query = isExpected ? write.removeExpected : write.remove;
      const removed = await remove(connection, query, values, conflicts);
      if (removed === 0) throw await this.#unmatched(connection, schema, values, conflicts);
      await this.#references.checkUnused(connection, schema, values, conflicts);
      return undefined;
    }

    const version = newVersion();
    const text = serializeBody(change.body);
    setColumns(values, value, version, touched.updated, text);
    const { body, unseen } = change;
    const query = isExpected ? write.replaceExpected : write.replace;
    const broken = { schema, values, body, unseen, isCreation: false, conflicts };
    while ((await this.#run(connection, query, values, broken)) === 0) {
      const [row] = await connection.all(read.get.statement, read.get.bind(values));
      const before = Number(row?.['updated'] ?? 0);
      // Dated later than now, it waits for no clock.
      const isMet = !isExpected || row?.['version'] === change.version;
      if (before <= touched.updated || !isMet) {
        throw await this.#unmatched(connection, schema, values, conflicts);
      }
      values['updated'] = touched.updated = this.#clock.follow(before);
    }
    if (schema.references.length > 0) {
      checkReferences(schema, change, conflicts);
      await this.#references.checkReferences(connection, schema, values, change, conflicts);
    }
    return rowEntity(change.id, version, touched.updated, text);
  }

  /** Says why no entity was changed or removed. */
  async #unmatched(
    connection: Connection,
    schema: TableSchema,
    values: Values,
    conflicts: Conflicts,
  ): Promise<Error> {
    const isMatched = 'expected' in values && (await this.#tables.hasEntity(connection, schema, values));
    return isMatched ? conflicts.version() : conflicts.missing();
  }

  async #run(
    connection: Connection,
    query: Query,
    values: Values,
    broken: Omit<BrokenConstraint, 'error'>,
  ): Promise<number> {
    try {
      return await connection.run(query.statement, query.bind(values));
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      const conflict = await toConflict(this.#tables, connection, { ...broken, error });
      // What is declared no more, or only by a newer process, still holds in the database.
      throw conflict ?? (error.kind === 'other' ? error : broken.conflicts.refused([]));
    }
  }
}

/** Adds the columns of a row to the values of its parents. A copy would cost more than the statement itself. */
function setColumns(
  values: Record<string, Parameter>,
  id: Parameter,
  version: string,
  updated: number,
  text: string,
): void {
  values['id'] = id;
  values['version'] = version;
  values['updated'] = updated;
  values['text'] = text;
}

async function remove(
  connection: Connection,
  query: Query,
  values: Values,
  conflicts: Conflicts,
): Promise<number> {
  try {
    return await connection.run(query.statement, query.bind(values));
  } catch (error) {
    throw error instanceof ConstraintError && error.kind === 'foreign-key' ? conflicts.inUse() : error;
  }
}

/** Locks the entities of a collection that are changed or removed, in the order of their ids. */
async function lockEntities(connection: Connection, { table, changes }: TouchedCollection): Promise<void> {
  const { schema, lock } = table;
  const altered = changes.filter((change) => change.do !== 'create');
  const [first] = altered;
  const parents = first && parentIdValues(schema, first.key);
  if (lock.several === undefined || parents === undefined) return;

  const ids = altered.flatMap(({ id }) => idValue(schema.id, id) ?? []);
  const query = altered.some((change) => change.do === 'remove') ? lock.several.remove : lock.several.change;
  await connection.all(query.statement, query.bind({ ...parents, ids: JSON.stringify(ids) }));
}

/**
 * Refuses the references that the database lets through: one to something that is no id at all it takes for none,
 * and what counts as not there it may find.
 */
function checkReferences(schema: TableSchema, { body, unseen = [] }: BodyChange, conflicts: Conflicts): void {
  for (const reference of schema.references) {
    if (referencedId(body, reference) === undefined || unseen.includes(reference.member)) {
      throw conflicts.reference(reference);
    }
  }
}
