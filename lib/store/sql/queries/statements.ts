import { sql } from 'kysely';
import type { Expression, SqlBool } from 'kysely';
import { isEntity, inCollection } from './row-mapping.js';
import type { RowMapping } from './row-mapping.js';
import { Query, Slot } from './query.js';
import type { Builder } from './query.js';
import type { TableSchema, MemberColumn } from '../schema/table-schema.js';
import { isWrittenLater } from './collection-state.js';
import type { Dialect } from '../dialect.js';

/** A member that has to equal a value, or to lack any of the type that its column keeps. */
export interface Condition {
  readonly column: MemberColumn;
  readonly isNull: boolean;
}

/**
 * Names a part of a sorted list: the rows without a value; those with one; or, descending, those that follow a row
 * with the same value: in the index, ids ascend where values descend, so that the two make no one range.
 */
export type SortedPart = 'null' | 'value' | 'rest';

/** Selects rows of one collection that follow each other in an index. */
export interface RowRange {
  readonly columns: 'all' | 'ids' | 'count';
  readonly conditions: readonly Condition[];
  /** By default the order of ids. */
  readonly sorted?: {
    readonly column: MemberColumn;
    readonly isDescending: boolean;
    readonly part: SortedPart;
  };
  /** Whether it begins after a row, whose id and value are in the slots `after` and `key`. */
  readonly isAfter: boolean;
  /** Whether it ends with the id in the slot `last`. */
  readonly hasLast: boolean;
}

/** Names the slot for the value of a condition. */
export function conditionSlot(index: number): string {
  return `where${index}`;
}

/** Compiles the statements that read one table, each when it is first wanted. */
export class ReadStatements {
  readonly #builder: Builder;
  readonly #schema: TableSchema;
  /** How the rows of the table are entities. */
  readonly mapping: RowMapping;
  readonly #ranges = new Map<string, Query>();
  #getSeveral: Query | undefined;
  /** The entity with an id, which is not given back. */
  readonly get: Query;
  /** The largest id of a collection. */
  readonly lastId: Query;

  constructor(builder: Builder, mapping: RowMapping, schema: TableSchema) {
    this.#builder = builder;
    this.mapping = mapping;
    this.#schema = schema;
    const { name, table } = mapping;
    this.get = new Query(
      `${name} get`,
      builder
        .selectFrom(table)
        .select([...mapping.columns])
        .where((row) => row.and(isEntity(mapping, schema)))
        .compile(),
    );
    this.lastId = new Query(
      `${name} last`,
      builder
        .selectFrom(table)
        .select(mapping.id)
        .where((row) => row.and(inCollection(mapping, schema)))
        .orderBy(mapping.refTo(schema.id.name), 'desc')
        .limit(1)
        .compile(),
    );
  }

  /** The entities whose ids are in the slot `ids`, a list; undefined where no index would serve that. */
  get getSeveral(): Query | undefined {
    const { isAmongIds, id, columns, name, table } = this.mapping;
    if (isAmongIds === undefined) return undefined;
    return (this.#getSeveral ??= new Query(
      `${name} several`,
      this.#builder
        .selectFrom(table)
        .select([id, ...columns])
        .where((row) => row.and([...inCollection(this.mapping, this.#schema), isAmongIds(new Slot('ids'))]))
        .compile(),
    ));
  }

  /** The rows of a range; in the slot `limit` how many at most, unless they are counted. */
  range(range: RowRange): Query {
    const key = rangeName(range);
    let query = this.#ranges.get(key);
    if (query === undefined) {
      query = new Query(`${this.mapping.name} ${key}`, this.#compile(range));
      this.#ranges.set(key, query);
    }
    return query;
  }

  #compile(range: RowRange): ReturnType<ReturnType<Builder['selectFrom']>['compile']> {
    const { mapping } = this;
    const { columns, conditions, sorted } = range;
    const rows = this.#builder
      .selectFrom(mapping.table)
      .where((row) => row.and([...inCollection(mapping, this.#schema), ...this.#conditions(range)]));
    if (columns === 'count') return rows.select((row) => row.fn.countAll().as('count')).compile();

    // PostgreSQL sees no order in what lacks a value unless it is named first.
    const lacking = conditions.flatMap(({ column, isNull }) => (isNull ? [mapping.refTo(column.name)] : []));
    const direction = sorted?.isDescending === true && sorted.part === 'value' ? 'desc' : 'asc';
    const ordered = lacking.reduce((query, column) => query.orderBy(column), rows);
    return (
      sorted === undefined || sorted.part === 'rest'
        ? ordered
        : ordered.orderBy(mapping.sortKey(sorted.column), direction)
    )
      .orderBy(mapping.refTo(this.#schema.id.name))
      .limit(sql<number>`${new Slot('limit')}`)
      .select([
        mapping.id,
        ...(columns === 'all' ? mapping.columns : []),
        ...(sorted === undefined ? [] : [mapping.sortKey(sorted.column).as('key')]),
      ])
      .compile();
  }

  #conditions({ conditions, sorted, isAfter, hasLast }: RowRange): Expression<SqlBool>[] {
    const found = conditions.map(({ column, isNull }, index) =>
      isNull
        ? sql<SqlBool>`${this.mapping.refTo(column.name)} is null`
        : this.mapping.equal(column, new Slot(conditionSlot(index))),
    );
    const id = this.mapping.refTo(this.#schema.id.name);
    const after = this.mapping.idIn(new Slot('after'));
    if (hasLast) found.push(sql<SqlBool>`${id} <= ${this.mapping.idIn(new Slot('last'))}`);
    if (sorted === undefined) return isAfter ? [...found, sql<SqlBool>`${id} > ${after}`] : found;

    const value = this.mapping.sortKey(sorted.column);
    const key = sql`${new Slot('key')}`;
    const isPast = sql<SqlBool>`${id} > ${after}`;
    switch (sorted.part) {
      case 'null':
        return [...found, sql<SqlBool>`${value} is null`, ...(isAfter ? [isPast] : [])];
      case 'rest':
        return [...found, sql<SqlBool>`${value} = ${key}`, isPast];
      case 'value':
        if (!isAfter) return [...found, sql<SqlBool>`${value} is not null`];
        return [
          ...found,
          sorted.isDescending
            ? sql<SqlBool>`${value} < ${key}`
            : sql<SqlBool>`(${value}, ${id}) > (${key}, ${after})`,
        ];
    }
  }
}

/** Names a range, so that no other range of the table is named alike. */
function rangeName({ columns, conditions, sorted, isAfter, hasLast }: RowRange): string {
  return [
    columns,
    ...conditions.map(({ column, isNull }) => `${isNull ? 'no ' : ''}${column.name}`),
    ...(sorted === undefined ? [] : [sorted.isDescending ? 'desc' : 'asc', sorted.column.name, sorted.part]),
    ...(isAfter ? ['after'] : []),
    ...(hasLast ? ['last'] : []),
  ].join(' ');
}

/** Compiles the statements that write one table. In the slot `expected` is the version that a change was made for. */
export class WriteStatements {
  readonly create: Query;
  /** The same, of an id that was given; nothing is created where its collection is dated over a second later. */
  readonly createWithId: Query;
  readonly replace: Query;
  readonly replaceExpected: Query;
  readonly remove: Query;
  readonly removeExpected: Query;

  constructor(builder: Builder, dialect: Dialect, mapping: RowMapping, schema: TableSchema) {
    const { table, parentColumns, id } = schema;
    const slot = (name: string): Slot => new Slot(name);
    // On PostgreSQL the text is given once, and read as jsonb there.
    const body = sql`cast(cast(${slot('text')} as text) as jsonb)`;
    const kept = {
      version: slot('version'),
      updated: slot('updated'),
      ...(dialect.name === 'sqlite' ? { body: slot('text') } : { body, text: slot('text') }),
    };
    const isThisOne = isEntity(mapping, schema);
    const isNoLater = sql<SqlBool>`${sql.id('updated')} <= ${slot('updated')}`;
    const sameVersion = sql<SqlBool>`${sql.id('version')} = ${slot('expected')}`;

    const replace = builder.updateTable(table).set(kept);
    const remove = builder.deleteFrom(table);
    const ids = Object.fromEntries([...parentColumns, id].map((column) => [column.name, slot(column.slot)]));
    const create = builder.insertInto(table).values({ ...ids, ...kept });
    this.create = new Query(`${table} create`, create.compile());
    const columns = Object.entries<unknown>({ ...ids, ...kept });
    this.createWithId = new Query(
      `${table} create again`,
      builder
        .insertInto(table)
        .columns(columns.map(([name]) => name))
        .expression(
          builder
            .selectNoFrom(columns.map(([name, value]) => sql`${value}`.as(name)))
            .where(sql<SqlBool>`not ${isWrittenLater(slot('updated'))}`),
        )
        .compile(),
    );
    this.replace = new Query(
      `${table} replace`,
      replace.where((row) => row.and([...isThisOne, isNoLater])).compile(),
    );
    this.replaceExpected = new Query(
      `${table} replace expected`,
      replace.where((row) => row.and([...isThisOne, sameVersion, isNoLater])).compile(),
    );
    this.remove = new Query(`${table} remove`, remove.where((row) => row.and(isThisOne)).compile());
    this.removeExpected = new Query(
      `${table} remove expected`,
      remove.where((row) => row.and([...isThisOne, sameVersion])).compile(),
    );
  }
}

/** Compiles the statements that hold entities of one table as they are, until a transaction ends. */
export class LockStatements {
  /** Finds the entity with an id, which then can not be removed. */
  readonly exists: Query;
  /**
   * Locks the entities whose ids are in `ids`, a JSON array, in their order: against changes, or removal too.
   * On SQLite nothing else writes anyway.
   */
  readonly several: { readonly change: Query; readonly remove: Query } | undefined;

  constructor(builder: Builder, dialect: Dialect, mapping: RowMapping, schema: TableSchema) {
    const { name, table } = mapping;
    const canLock = dialect.name === 'postgres' && mapping.isWritable;
    const found = builder
      .selectFrom(table)
      .select(mapping.id)
      .where((row) => row.and(isEntity(mapping, schema)));
    this.exists = new Query(`${name} there`, (canLock ? found.forKeyShare() : found).compile());
    if (!canLock) return;

    const id = mapping.refTo(schema.id.name);
    const ids = sql`cast(${new Slot('ids')} as jsonb)`;
    const given = sql`(select cast(value as ${sql.raw(mapping.idType)}) from jsonb_array_elements_text(${ids}))`;
    const locked = builder
      .selectFrom(table)
      .select(mapping.id)
      .where((row) => row.and([...inCollection(mapping, schema), sql<SqlBool>`${id} in ${given}`]))
      .orderBy(id);
    this.several = {
      change: new Query(`${name} lock change`, locked.forNoKeyUpdate().compile()),
      remove: new Query(`${name} lock remove`, locked.forUpdate().compile()),
    };
  }
}
