import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { samePlace, type Builder, type Tables } from './builder.js';
import { Query, Slot } from './query.js';
import type { Dialect } from './dialect.js';
import type { Shape } from './shape.js';

/** The statements that write one table. In `expected` is the version that a change was made for. */
export class Writing {
  readonly create: Query;
  readonly replace: Query;
  readonly replaceExpected: Query;
  readonly remove: Query;
  readonly removeExpected: Query;
  /** The version of the entity with an id. */
  readonly version: Query;
  /** Locks the entities whose ids are in `ids`, a JSON array, in their order: against changes, or removal too. */
  readonly lock: { readonly change: Query; readonly remove: Query } | undefined;

  constructor(builder: Builder, dialect: Dialect, { table, within, id }: Shape) {
    const slot = (name: string): Slot => new Slot(name);
    // On PostgreSQL the text is given once, and read as jsonb there.
    const body = sql`cast(cast(${slot('text')} as text) as jsonb)`;
    const kept = {
      version: slot('version'),
      updated: slot('updated'),
      ...(dialect.name === 'sqlite' ? { body: slot('text') } : { body, text: slot('text') }),
    };
    const isEntity = (row: ExpressionBuilder<Tables, string>): Expression<SqlBool> =>
      row.and([...samePlace(row, within), row(id.name, '=', slot('id'))]);
    const isExpected = (row: ExpressionBuilder<Tables, string>): Expression<SqlBool> =>
      row.and([isEntity(row), row('version', '=', slot('expected'))]);

    const replace = builder.updateTable(table).set(kept);
    const remove = builder.deleteFrom(table);
    const ids = Object.fromEntries([...within, id].map(({ name }) => [name, slot(name)]));
    const create = builder.insertInto(table).values({ ...ids, ...kept });
    this.create = new Query(`${table} create`, create.compile());
    this.replace = new Query(`${table} replace`, replace.where(isEntity).compile());
    this.replaceExpected = new Query(`${table} replace expected`, replace.where(isExpected).compile());
    this.remove = new Query(`${table} remove`, remove.where(isEntity).compile());
    this.removeExpected = new Query(`${table} remove expected`, remove.where(isExpected).compile());
    this.version = new Query(
      `${table} version`,
      builder.selectFrom(table).select('version').where(isEntity).compile(),
    );
    if (dialect.name === 'sqlite') return;

    const type = sql.raw(id.kind === 'integer' ? 'bigint' : 'text');
    const given = sql`(select cast(value as ${type}) from jsonb_array_elements_text(cast(${slot('ids')} as jsonb)))`;
    const locked = builder
      .selectFrom(table)
      .select(id.name)
      .where((row) => row.and([...samePlace(row, within), sql<SqlBool>`${sql.ref(id.name)} in ${given}`]))
      .orderBy(id.name);
    this.lock = {
      change: new Query(`${table} lock change`, locked.forNoKeyUpdate().compile()),
      remove: new Query(`${table} lock remove`, locked.forUpdate().compile()),
    };
  }
}
