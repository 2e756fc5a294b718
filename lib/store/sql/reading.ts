import { sql, type Expression, type SqlBool } from 'kysely';
import { sameEntity, samePlace, type Builder } from './builder.js';
import { Query, Slot } from './query.js';
import { conditionSlot, rangeName, type Range } from './range.js';
import type { RowForm } from './row-form.js';
import type { Shape } from './shape.js';

/** The statements that read one table, each compiled when it is first wanted. */
export class Reading {
  readonly #builder: Builder;
  readonly #shape: Shape;
  /** How its rows are entities. */
  readonly form: RowForm;
  readonly #ranges = new Map<string, Query>();
  #several: Query | undefined;
  /** The entity with an id, which is not given back. */
  readonly get: Query;
  /** The largest id of a place. */
  readonly last: Query;

  constructor(builder: Builder, form: RowForm, shape: Shape) {
    this.#builder = builder;
    this.form = form;
    this.#shape = shape;
    const { name, table } = form;
    this.get = new Query(
      `${name} get`,
      builder
        .selectFrom(table)
        .select([...form.kept])
        .where((row) => row.and(sameEntity(form, shape)))
        .compile(),
    );
    this.last = new Query(
      `${name} last`,
      builder
        .selectFrom(table)
        .select(form.id)
        .where((row) => row.and(samePlace(form, shape)))
        .orderBy(form.refTo(shape.id.name), 'desc')
        .limit(1)
        .compile(),
    );
  }

  /** The entities whose ids are in the slot `ids`, a list; undefined where no index would serve that. */
  get several(): Query | undefined {
    const { among, id, kept, name, table } = this.form;
    if (among === undefined) return undefined;
    return (this.#several ??= new Query(
      `${name} several`,
      this.#builder
        .selectFrom(table)
        .select([id, ...kept])
        .where((row) => row.and([...samePlace(this.form, this.#shape), among(new Slot('ids'))]))
        .compile(),
    ));
  }

  /** The rows of a range; in the slot `limit` how many at most, unless they are counted. */
  range(range: Range): Query {
    const key = rangeName(range);
    let query = this.#ranges.get(key);
    if (query === undefined) {
      query = new Query(`${this.form.name} ${key}`, this.#compile(range));
      this.#ranges.set(key, query);
    }
    return query;
  }

  #compile(range: Range): ReturnType<ReturnType<Builder['selectFrom']>['compile']> {
    const { form } = this;
    const { columns, conditions, sorted } = range;
    const rows = this.#builder
      .selectFrom(form.table)
      .where((row) => row.and([...samePlace(form, this.#shape), ...this.#conditions(range)]));
    if (columns === 'count') return rows.select((row) => row.fn.countAll().as('count')).compile();

    // PostgreSQL sees no order in what lacks a value unless it is named first.
    const lacking = conditions.flatMap(({ column, isNull }) => (isNull ? [form.refTo(column.name)] : []));
    const direction = sorted?.isDescending === true && sorted.part === 'value' ? 'desc' : 'asc';
    const ordered = lacking.reduce((query, column) => query.orderBy(column), rows);
    return (
      sorted === undefined || sorted.part === 'rest'
        ? ordered
        : ordered.orderBy(form.sortKey(sorted.column), direction)
    )
      .orderBy(form.refTo(this.#shape.id.name))
      .limit(sql<number>`${new Slot('limit')}`)
      .select([
        form.id,
        ...(columns === 'all' ? form.kept : []),
        ...(sorted === undefined ? [] : [form.sortKey(sorted.column).as('key')]),
      ])
      .compile();
  }

  #conditions({ conditions, sorted, isAfter, hasLast }: Range): Expression<SqlBool>[] {
    const found = conditions.map(({ column, isNull }, index) =>
      isNull
        ? sql<SqlBool>`${this.form.refTo(column.name)} is null`
        : this.form.equal(column, new Slot(conditionSlot(index))),
    );
    const id = this.form.refTo(this.#shape.id.name);
    const after = this.form.idIn(new Slot('after'));
    if (hasLast) found.push(sql<SqlBool>`${id} <= ${this.form.idIn(new Slot('last'))}`);
    if (sorted === undefined) return isAfter ? [...found, sql<SqlBool>`${id} > ${after}`] : found;

    const value = this.form.sortKey(sorted.column);
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
