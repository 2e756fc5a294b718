import { sql, type SqlBool } from 'kysely';
import { sameEntity, samePlace, type Builder } from './builder.js';
import type { Dialect } from './dialect.js';
import { Query, Slot } from './query.js';
import type { RowForm } from './row-form.js';
import type { Shape } from './shape.js';

/** The statements that hold entities of one table as they are, until a transaction ends. */
export class Locking {
  /** Whether there is the entity with an id, which can then not be removed. */
  readonly there: Query;
  /**
   * Locks the entities whose ids are in `ids`, a JSON array, in their order: against changes, or removal too.
   * On SQLite nobody else writes anyway.
   */
  readonly many: { readonly change: Query; readonly remove: Query } | undefined;

  constructor(builder: Builder, dialect: Dialect, form: RowForm, shape: Shape) {
    const { name, table } = form;
    const canLock = dialect.name === 'postgres' && form.isWritable;
    const there = builder
      .selectFrom(table)
      .select(form.id)
      .where((row) => row.and(sameEntity(form, shape)));
    this.there = new Query(`${name} there`, (canLock ? there.forKeyShare() : there).compile());
    if (!canLock) return;

    const id = form.refTo(shape.id.name);
    const ids = sql`cast(${new Slot('ids')} as jsonb)`;
    const given = sql`(select cast(value as ${sql.raw(form.idType)}) from jsonb_array_elements_text(${ids}))`;
    const locked = builder
      .selectFrom(table)
      .select(form.id)
      .where((row) => row.and([...samePlace(form, shape), sql<SqlBool>`${id} in ${given}`]))
      .orderBy(id);
    this.many = {
      change: new Query(`${name} lock change`, locked.forNoKeyUpdate().compile()),
      remove: new Query(`${name} lock remove`, locked.forUpdate().compile()),
    };
  }
}
