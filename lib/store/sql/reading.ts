import { sql, type Expression, type SqlBool } from 'kysely';
import { samePlace, type Builder } from './builder.js';
import { Query, Slot } from './query.js';
import { conditionSlot, rangeName, type Range } from './range.js';
import type { Dialect } from './dialect.js';
import type { Shape } from './shape.js';

/** The statements that read one table, each compiled when it is first wanted. */
export class Reading {
  readonly #builder: Builder;
  readonly #dialect: Dialect;
  readonly #shape: Shape;
  readonly #ranges = new Map<string, Query>();
  /** The entity with an id, which is not given back. */
  readonly get: Query;
  /** The largest id of a place. */
  readonly last: Query;

  constructor(builder: Builder, dialect: Dialect, shape: Shape) {
    this.#builder = builder;
    this.#dialect = dialect;
    this.#shape = shape;
    const { table, within, id } = shape;
    this.get = new Query(
      `${table} get`,
      builder
        .selectFrom(table)
        .select(this.#kept())
        .where((row) => row.and([...samePlace(row, within), row(id.name, '=', new Slot('id'))]))
        .compile(),
    );
    this.last = new Query(
      `${table} last`,
      builder
        .selectFrom(table)
        .select(id.name)
        .where((row) => row.and(samePlace(row, within)))
        .orderBy(id.name, 'desc')
        .limit(1)
        .compile(),
    );
  }

  /** The rows of a range; in the slot `limit` how many at most, unless they are counted. */
  range(range: Range): Query {
    const key = rangeName(range);
    let query = this.#ranges.get(key);
    if (query === undefined) {
      query = new Query(`${this.#shape.table} ${key}`, this.#compile(range));
      this.#ranges.set(key, query);
    }
    return query;
  }

  #compile(range: Range): ReturnType<ReturnType<Builder['selectFrom']>['compile']> {
    const { table, within, id } = this.#shape;
    const { columns, conditions, sorted } = range;
    const rows = this.#builder
      .selectFrom(table)
      .where((row) => row.and([...samePlace(row, within), ...this.#conditions(range)]));
    if (columns === 'count') return rows.select((row) => row.fn.countAll().as('count')).compile();

    // PostgreSQL sees no order in what lacks a value unless it is named first.
    const lacking = conditions.flatMap(({ column, isNull }) => (isNull ? [column.name] : []));
    const direction = sorted?.isDescending === true && sorted.part === 'value' ? 'desc' : 'asc';
    const ordered = lacking.reduce((query, name) => query.orderBy(name), rows);
    return (
      sorted === undefined || sorted.part === 'rest'
        ? ordered
        : ordered.orderBy(sorted.column.name, direction)
    )
      .orderBy(id.name)
      .limit(sql<number>`${new Slot('limit')}`)
      .select([
        id.name,
        ...(columns === 'all' ? this.#kept() : []),
        ...(sorted === undefined ? [] : [`${sorted.column.name} as key`]),
      ])
      .compile();
  }

  #conditions({ conditions, sorted, isAfter, hasLast }: Range): Expression<SqlBool>[] {
    const found = conditions.map(({ column, isNull }, index) =>
      isNull
        ? sql<SqlBool>`${sql.ref(column.name)} is null`
        : sql<SqlBool>`${sql.ref(column.name)} = ${this.#dialect.searched(column.type, new Slot(conditionSlot(index)))}`,
    );
    const id = sql.ref(this.#shape.id.name);
    const after = sql`${new Slot('after')}`;
    if (hasLast) found.push(sql<SqlBool>`${id} <= ${new Slot('last')}`);
    if (sorted === undefined) return isAfter ? [...found, sql<SqlBool>`${id} > ${after}`] : found;

    const value = sql.ref(sorted.column.name);
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

  #kept(): string[] {
    return ['version', 'updated', this.#dialect.name === 'sqlite' ? 'body as text' : 'text'];
  }
}
