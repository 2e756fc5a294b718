import type { Clock } from '../../clock.js';
import { idRules } from '../../ids.js';
import type { Change, ChangeResult } from '../../store.js';
import { Conflicts, toConflict, isThere } from './conflicts.js';
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

/** What a change is made with. */
interface WriteContext {
  readonly connection: Connection;
  readonly conflicts: Conflicts;
}

/** Writes batches of changes. */
export class SqlWriter {
  readonly #tables: SqlTables;
  readonly #clock: Clock;
  readonly #places: CollectionStateWriter;
  readonly #relations: ReferentialChecks;
  readonly #mapped: ExistingTableWriter;

  constructor(tables: SqlTables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
    this.#relations = new ReferentialChecks(tables);
    this.#mapped = new ExistingTableWriter(tables, this.#relations);
    this.#places = new CollectionStateWriter(tables, clock);
  }

  /**
   * Makes all changes. Where it throws, the caller has to undo what was made.
   *
   * Locks are taken in one order, of entities that are there first and of places next, so that two batches
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
    const { places, byChange } = groupByCollection(changes, time, ({ key: place }) =>
      this.#tables.get(place),
    );
    if (changes.length > 1) for (const place of places) await lock(connection, place);

    const own = places.filter(({ table }) => table.kind === 'own');
    const finishPlaces = await this.#places.begin(connection, own, changes.length === 1, isolation);
    const written: ChangeResult[] = [];
    for (const [index, change] of changes.entries()) {
      const by = { connection, conflicts: new Conflicts(change, index) };
      written.push(await this.#make(change, byChange[index] as TouchedCollection, by));
    }
    await finishPlaces();
    return written;
  }

  /**
   * Whether changes are made by one statement at most, after which nothing is found to stand against them. What
   * is noted of places is left out of account: it may be written later.
   */
  isAtomic(changes: readonly Change[]): boolean {
    const [change] = changes;
    if (change === undefined || changes.length > 1 || change.do === 'remove') return false;
    const { kind, schema } = this.#tables.get(change.key);
    return kind === 'own' && schema.references.length === 0;
  }

  #make(change: Change, touched: TouchedCollection, by: WriteContext): Promise<ChangeResult> {
    const { table } = touched;
    if (table.kind === 'mapped') {
      return change.do === 'create'
        ? this.#mapped.create(change, { ...by, table })
        : this.#mapped.alter(change, { ...by, table });
    }
    return change.do === 'create'
      ? this.#create(change, table, touched, by)
      : this.#alter(change, table, touched, by);
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
        (await isThere(this.#tables, connection, parent, parentEntityValues(schema, parent, values)));
      throw hasParent ? conflicts.badId(schema, id) : conflicts.missingParent();
    }
    if (schema.id.kind === 'integer') touched.largest = Math.max(touched.largest, Number(id));
    const version = newVersion();
    const text = serializeBody(change.body);
    setKept(values, value, version, touched.updated, text);
    const { body, unseen } = change;
    await this.#relations.checkParent(connection, schema, values, conflicts);
    const broken = { schema, values, body, unseen, isCreation: true, conflicts };
    if (change.id === undefined) await this.#run(connection, write.create, values, broken);
    else await this.#createAgain(connection, write.createWithId, values, touched, broken);
    if (schema.references.length > 0) {
      checkReferences(schema, change, conflicts);
      await this.#relations.checkReferences(connection, schema, values, change, conflicts);
    }
    return rowEntity(id, version, touched.updated, text);
  }

  /** Makes an entity whose id may have been another's before: it is not dated before that one was removed. */
  async #createAgain(
    connection: Connection,
    query: Query,
    values: Record<string, Parameter>,
    touched: TouchedCollection,
    broken: Omit<BrokenConstraint, 'error'>,
  ): Promise<void> {
    Object.assign(values, touched.key);
    while ((await this.#run(connection, query, values, broken)) === 0) {
      values['updated'] = touched.updated = await this.#places.later(connection, touched);
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
      await this.#relations.checkUnused(connection, schema, values, conflicts);
      return undefined;
    }

    const version = newVersion();
    const text = serializeBody(change.body);
    setKept(values, value, version, touched.updated, text);
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
      await this.#relations.checkReferences(connection, schema, values, change, conflicts);
    }
    return rowEntity(change.id, version, touched.updated, text);
  }

  /** Why no entity was changed or removed. */
  async #unmatched(
    connection: Connection,
    schema: TableSchema,
    values: Values,
    conflicts: Conflicts,
  ): Promise<Error> {
    const isMatched = 'expected' in values && (await isThere(this.#tables, connection, schema, values));
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

/** What a row holds beside the place that it is in. Copies would cost more than the statement itself. */
function setKept(
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

/** Locks the entities of a place that are changed or removed, in the order of their ids. */
async function lock(connection: Connection, { table, changes }: TouchedCollection): Promise<void> {
  const { schema, lock } = table;
  const altered = changes.filter((change) => change.do !== 'create');
  const [first] = altered;
  const place = first && parentIdValues(schema, first.key);
  if (lock.several === undefined || place === undefined) return;

  const ids = altered.flatMap(({ id }) => idValue(schema.id, id) ?? []);
  const query = altered.some((change) => change.do === 'remove') ? lock.several.remove : lock.several.change;
  await connection.all(query.statement, query.bind({ ...place, ids: JSON.stringify(ids) }));
}

/**
 * What refers to something that is no id at all, the database takes for no reference; and of what counts as not
 * there, it finds that it is.
 */
function checkReferences(schema: TableSchema, { body, unseen = [] }: BodyChange, conflicts: Conflicts): void {
  for (const reference of schema.references) {
    if (referencedId(body, reference) === undefined || unseen.includes(reference.member)) {
      throw conflicts.reference(reference);
    }
  }
}
