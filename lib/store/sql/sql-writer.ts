import type { JsonObject } from '../../protocol/documents.js';
import { idRules } from '../ids.js';
import type { Change, Written } from '../store.js';
import { Refusals } from './conflicts.js';
import { ConstraintError, type Connection } from './engine.js';
import { explain, isThere, parentValues, type Broken } from './explanation.js';
import { keptText } from './kept-text.js';
import { idValue, placeValues } from './place-values.js';
import { PlaceWriting, touchedBy, touchedName, type Touched } from './place-writing.js';
import { referredId } from './referred.js';
import { storedRow } from './stored-row.js';
import { newVersion } from './versions.js';
import type { Query, Values } from './query.js';
import type { Shape } from './shape.js';
import type { SqlTables } from './sql-tables.js';

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

/** What a change is made with. */
interface Circumstances {
  readonly connection: Connection;
  /** In milliseconds since the epoch. */
  readonly time: number;
  readonly touched: Touched;
  readonly refusals: Refusals;
}

/** Writes batches of changes. */
export class SqlWriter {
  readonly #tables: SqlTables;
  readonly #places: PlaceWriting;

  constructor(tables: SqlTables) {
    this.#tables = tables;
    this.#places = new PlaceWriting(tables.builder, tables.dialect);
  }

  /**
   * Makes all changes. Where it throws, the caller has to undo what was made.
   *
   * Locks are taken in one order, of entities that are there first and of places next, so that two batches
   * seldom wait for each other.
   *
   * @param connection - of a transaction
   * @param time - in milliseconds since the epoch
   * @throws {StoreConflict} where one cannot be made
   */
  async write(connection: Connection, changes: readonly Change[], time: number): Promise<readonly Written[]> {
    const touched = touchedBy(changes, ({ place }) => this.#tables.at(place));
    const places = Array.from(touched.values());
    if (changes.length > 1) for (const place of places) await lock(connection, place);

    // A change by itself holds its place for the shortest time, unless it needs an id from there.
    const placesLast = changes.length === 1 && !places.some(givesIds);
    if (!placesLast) for (const place of places) await this.#places.write(connection, place, time);
    const written: Written[] = [];
    for (const [index, change] of changes.entries()) {
      const place = touched.get(touchedName(change));
      if (place === undefined) throw new Error('a change is made in no place of its batch');
      const circumstances = { connection, time, touched: place, refusals: new Refusals(change, index) };
      written.push(
        change.do === 'create'
          ? await this.#create(change, circumstances)
          : await this.#alter(change, circumstances),
      );
    }
    if (placesLast) for (const place of places) await this.#places.write(connection, place, time);
    return written;
  }

  async #create(change: Create, circumstances: Circumstances): Promise<Written> {
    const { connection, time, touched, refusals } = circumstances;
    const { shape, writing } = touched.table;
    const place = placeValues(shape, change.place);
    if (place === undefined) throw refusals.missingParent();
    const id = change.id ?? idRules[shape.id.kind].next(touched.largest);
    const value = idValue(shape.id, id);
    if (value === undefined) {
      const { parent } = shape;
      const hasParent =
        parent === undefined ||
        (await isThere(this.#tables, connection, parent, parentValues(shape, parent, place)));
      throw hasParent ? refusals.badId(shape, id) : refusals.missingParent();
    }
    if (shape.id.kind === 'integer') touched.largest = Math.max(touched.largest, Number(id));
    const version = newVersion();
    const text = keptText(change.body);
    const values = { ...place, id: value, version, updated: time, text };
    const { body } = change;
    await this.#run(connection, writing.create, values, { shape, values, body, isCreation: true, refusals });
    checkReferences(shape, body, refusals);
    return storedRow(id, version, time, text);
  }

  async #alter(change: Alter, { connection, time, touched, refusals }: Circumstances): Promise<Written> {
    const { shape, writing } = touched.table;
    const place = placeValues(shape, change.place);
    const value = idValue(shape.id, change.id);
    if (place === undefined || value === undefined) throw refusals.missing();
    const isExpected = change.version !== undefined;
    const at = { ...place, id: value, ...(isExpected && { expected: change.version }) };

    if (change.do === 'remove') {
      const query = isExpected ? writing.removeExpected : writing.remove;
      const removed = await run(connection, query, at).catch((error: unknown) => {
        throw isForeignKey(error) ? refusals.inUse() : error;
      });
      if (removed === 0) throw await this.#unmatched(connection, shape, at, refusals);
      return undefined;
    }

    const version = newVersion();
    const text = keptText(change.body);
    const { body } = change;
    const query = isExpected ? writing.replaceExpected : writing.replace;
    const broken = { shape, values: at, body, isCreation: false, refusals };
    const replaced = await this.#run(connection, query, { ...at, version, updated: time, text }, broken);
    if (replaced === 0) throw await this.#unmatched(connection, shape, at, refusals);
    checkReferences(shape, body, refusals);
    return storedRow(change.id, version, time, text);
  }

  /** Why no entity was changed or removed. */
  async #unmatched(connection: Connection, shape: Shape, at: Values, refusals: Refusals): Promise<Error> {
    const isMatched = 'expected' in at && (await isThere(this.#tables, connection, shape, at));
    return isMatched ? refusals.version() : refusals.missing();
  }

  async #run(
    connection: Connection,
    query: Query,
    values: Values,
    broken: Omit<Broken, 'error'>,
  ): Promise<number> {
    try {
      return await run(connection, query, values);
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      throw (await explain(this.#tables, connection, { ...broken, error })) ?? error;
    }
  }
}

async function run(connection: Connection, query: Query, values: Values): Promise<number> {
  return connection.run(query.statement, query.bind(values));
}

function isForeignKey(error: unknown): boolean {
  return error instanceof ConstraintError && error.kind === 'foreign-key';
}

/** Whether some changes need ids that the place gives. */
function givesIds({ table, changes }: Touched): boolean {
  return table.shape.id.kind === 'integer' && changes.some((change) => change.do === 'create');
}

/** Locks the entities of a place that are changed or removed, in the order of their ids. */
async function lock(connection: Connection, { table, changes }: Touched): Promise<void> {
  const { shape, writing } = table;
  const altered = changes.filter((change) => change.do !== 'create');
  const [first] = altered;
  const place = first && placeValues(shape, first.place);
  if (writing.lock === undefined || place === undefined) return;

  const ids = altered.flatMap(({ id }) => idValue(shape.id, id) ?? []);
  const query = altered.some((change) => change.do === 'remove') ? writing.lock.remove : writing.lock.change;
  await connection.all(query.statement, query.bind({ ...place, ids: JSON.stringify(ids) }));
}

/** What refers to something that is no id at all, the database takes for no reference. */
function checkReferences(shape: Shape, body: JsonObject, refusals: Refusals): void {
  for (const reference of shape.references) {
    if (referredId(body, reference) === undefined) throw refusals.reference(reference);
  }
}
