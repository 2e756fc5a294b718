import type { Clock } from '../clock.js';
import { idRules } from '../ids.js';
import type { Change, ChangeResult } from '../store.js';
import { Refusals } from './conflicts.js';
import { ConstraintError, type Connection, type Parameter } from './engine.js';
import { explain, isThere, parentValues, type Broken } from './explanation.js';
import { keptText } from './kept-text.js';
import { HeldRelations, type BodyChange } from './held-relations.js';
import { MappedWriter } from './mapped-writer.js';
import { idValue, placeValues } from './place-values.js';
import { PlaceWriting, touchedBy, type Isolation, type Touched } from './place-writing.js';
import { referredId } from './referred.js';
import { storedRow } from './stored-row.js';
import { newVersion } from './versions.js';
import type { Query, Values } from './query.js';
import type { Shape } from './shape.js';
import type { OwnTable, SqlTables } from './sql-tables.js';

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

/** What a change is made with. */
interface Circumstances {
  readonly connection: Connection;
  readonly refusals: Refusals;
}

/** Writes batches of changes. */
export class SqlWriter {
  readonly #tables: SqlTables;
  readonly #clock: Clock;
  readonly #places: PlaceWriting;
  readonly #relations: HeldRelations;
  readonly #mapped: MappedWriter;

  constructor(tables: SqlTables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
    this.#relations = new HeldRelations(tables);
    this.#mapped = new MappedWriter(tables, this.#relations);
    this.#places = new PlaceWriting(tables, clock);
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
    const { places, byChange } = touchedBy(changes, time, ({ key: place }) => this.#tables.at(place));
    if (changes.length > 1) for (const place of places) await lock(connection, place);

    const own = places.filter(({ table }) => table.kind === 'own');
    const finishPlaces = await this.#places.begin(connection, own, changes.length === 1, isolation);
    const written: ChangeResult[] = [];
    for (const [index, change] of changes.entries()) {
      const by = { connection, refusals: new Refusals(change, index) };
      written.push(await this.#make(change, byChange[index] as Touched, by));
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
    const { kind, shape } = this.#tables.at(change.key);
    return kind === 'own' && shape.references.length === 0;
  }

  #make(change: Change, touched: Touched, by: Circumstances): Promise<ChangeResult> {
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
    { shape, writing }: OwnTable,
    touched: Touched,
    { connection, refusals }: Circumstances,
  ): Promise<ChangeResult> {
    const values = placeValues(shape, change.key);
    if (values === undefined) throw refusals.missingParent();
    const id = change.id ?? idRules[shape.id.kind].next(touched.largest);
    const value = idValue(shape.id, id);
    if (value === undefined) {
      const { parent } = shape;
      const hasParent =
        parent === undefined ||
        (await isThere(this.#tables, connection, parent, parentValues(shape, parent, values)));
      throw hasParent ? refusals.badId(shape, id) : refusals.missingParent();
    }
    if (shape.id.kind === 'integer') touched.largest = Math.max(touched.largest, Number(id));
    const version = newVersion();
    const text = keptText(change.body);
    setKept(values, value, version, touched.updated, text);
    const { body, unseen } = change;
    await this.#relations.checkParent(connection, shape, values, refusals);
    const broken = { shape, values, body, unseen, isCreation: true, refusals };
    if (change.id === undefined) await this.#run(connection, writing.create, values, broken);
    else await this.#createAgain(connection, writing.createAgain, values, touched, broken);
    if (shape.references.length > 0) {
      checkReferences(shape, change, refusals);
      await this.#relations.checkReferences(connection, shape, values, change, refusals);
    }
    return storedRow(id, version, touched.updated, text);
  }

  /** Makes an entity whose id may have been another's before: it is not dated before that one was removed. */
  async #createAgain(
    connection: Connection,
    query: Query,
    values: Record<string, Parameter>,
    touched: Touched,
    broken: Omit<Broken, 'error'>,
  ): Promise<void> {
    Object.assign(values, touched.key);
    while ((await this.#run(connection, query, values, broken)) === 0) {
      values['updated'] = touched.updated = await this.#places.later(connection, touched);
    }
  }

  async #alter(
    change: Alter,
    { shape, reading, writing }: OwnTable,
    touched: Touched,
    { connection, refusals }: Circumstances,
  ): Promise<ChangeResult> {
    const values = placeValues(shape, change.key);
    const value = idValue(shape.id, change.id);
    if (values === undefined || value === undefined) throw refusals.missing();
    const isExpected = change.version !== undefined;
    if (isExpected) values['expected'] = change.version;

    if (change.do === 'remove') {
      values['id'] = value;
      const query = isExpected ? writing.removeExpected : writing.remove;
      const removed = await remove(connection, query, values, refusals);
      if (removed === 0) throw await this.#unmatched(connection, shape, values, refusals);
      await this.#relations.checkUnused(connection, shape, values, refusals);
      return undefined;
    }

    const version = newVersion();
    const text = keptText(change.body);
    setKept(values, value, version, touched.updated, text);
    const { body, unseen } = change;
    const query = isExpected ? writing.replaceExpected : writing.replace;
    const broken = { shape, values, body, unseen, isCreation: false, refusals };
    while ((await this.#run(connection, query, values, broken)) === 0) {
      const [row] = await connection.all(reading.get.statement, reading.get.bind(values));
      const before = Number(row?.['updated'] ?? 0);
      // Dated later than now, it waits for no clock.
      const isMet = !isExpected || row?.['version'] === change.version;
      if (before <= touched.updated || !isMet) {
        throw await this.#unmatched(connection, shape, values, refusals);
      }
      values['updated'] = touched.updated = this.#clock.follow(before);
    }
    if (shape.references.length > 0) {
      checkReferences(shape, change, refusals);
      await this.#relations.checkReferences(connection, shape, values, change, refusals);
    }
    return storedRow(change.id, version, touched.updated, text);
  }

  /** Why no entity was changed or removed. */
  async #unmatched(connection: Connection, shape: Shape, values: Values, refusals: Refusals): Promise<Error> {
    const isMatched = 'expected' in values && (await isThere(this.#tables, connection, shape, values));
    return isMatched ? refusals.version() : refusals.missing();
  }

  async #run(
    connection: Connection,
    query: Query,
    values: Values,
    broken: Omit<Broken, 'error'>,
  ): Promise<number> {
    try {
      return await connection.run(query.statement, query.bind(values));
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      const conflict = await explain(this.#tables, connection, { ...broken, error });
      // What is declared no more, or only by a newer process, still holds in the database.
      throw conflict ?? (error.kind === 'other' ? error : broken.refusals.refused([]));
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
  refusals: Refusals,
): Promise<number> {
  try {
    return await connection.run(query.statement, query.bind(values));
  } catch (error) {
    throw error instanceof ConstraintError && error.kind === 'foreign-key' ? refusals.inUse() : error;
  }
}

/** Locks the entities of a place that are changed or removed, in the order of their ids. */
async function lock(connection: Connection, { table, changes }: Touched): Promise<void> {
  const { shape, locking } = table;
  const altered = changes.filter((change) => change.do !== 'create');
  const [first] = altered;
  const place = first && placeValues(shape, first.key);
  if (locking.many === undefined || place === undefined) return;

  const ids = altered.flatMap(({ id }) => idValue(shape.id, id) ?? []);
  const query = altered.some((change) => change.do === 'remove') ? locking.many.remove : locking.many.change;
  await connection.all(query.statement, query.bind({ ...place, ids: JSON.stringify(ids) }));
}

/**
 * What refers to something that is no id at all, the database takes for no reference; and of what counts as not
 * there, it finds that it is.
 */
function checkReferences(shape: Shape, { body, unseen = [] }: BodyChange, refusals: Refusals): void {
  for (const reference of shape.references) {
    if (referredId(body, reference) === undefined || unseen.includes(reference.member)) {
      throw refusals.reference(reference);
    }
  }
}
