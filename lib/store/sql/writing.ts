import { sql, type SqlBool } from 'kysely';
import { sameEntity, type Builder } from './builder.js';
import { Query, Slot } from './query.js';
import { isLater } from './place-statements.js';
import type { Dialect } from './dialect.js';
import type { RowForm } from './row-form.js';
import type { Shape } from './shape.js';

/** The statements that write one table. In `expected` is the version that a change was made for. */
export class Writing {
  readonly create: Query;
  /** The same, of an id that was given; nothing is created where its place is dated over a second later. */
  readonly createAgain: Query;
  readonly replace: Query;
  readonly replaceExpected: Query;
  readonly remove: Query;
  readonly removeExpected: Query;

  constructor(builder: Builder, dialect: Dialect, form: RowForm, shape: Shape) {
    const { table, within, id } = shape;
    const slot = (name: string): Slot => new Slot(name);
    // On PostgreSQL the text is given once, and read as jsonb there.
    const body = sql`cast(cast(${slot('text')} as text) as jsonb)`;
    const kept = {
      version: slot('version'),
      updated: slot('updated'),
      ...(dialect.name === 'sqlite' ? { body: slot('text') } : { body, text: slot('text') }),
    };
    const sameOne = sameEntity(form, shape);
    const isNoLater = sql<SqlBool>`${sql.id('updated')} <= ${slot('updated')}`;
    const sameVersion = sql<SqlBool>`${sql.id('version')} = ${slot('expected')}`;

    const replace = builder.updateTable(table).set(kept);
    const remove = builder.deleteFrom(table);
    const ids = Object.fromEntries([...within, id].map((column) => [column.name, slot(column.slot)]));
    const create = builder.insertInto(table).values({ ...ids, ...kept });
    this.create = new Query(`${table} create`, create.compile());
    const columns = Object.entries<unknown>({ ...ids, ...kept });
    this.createAgain = new Query(
      `${table} create again`,
      builder
        .insertInto(table)
        .columns(columns.map(([name]) => name))
        .expression(
          builder
            .selectNoFrom(columns.map(([name, value]) => sql`${value}`.as(name)))
            .where(sql<SqlBool>`not ${isLater(slot('updated'))}`),
        )
        .compile(),
    );
    this.replace = new Query(
      `${table} replace`,
      replace.where((row) => row.and([...sameOne, isNoLater])).compile(),
    );
    this.replaceExpected = new Query(
      `${table} replace expected`,
      replace.where((row) => row.and([...sameOne, sameVersion, isNoLater])).compile(),
    );
    this.remove = new Query(`${table} remove`, remove.where((row) => row.and(sameOne)).compile());
    this.removeExpected = new Query(
      `${table} remove expected`,
      remove.where((row) => row.and([...sameOne, sameVersion])).compile(),
    );
  }
}
