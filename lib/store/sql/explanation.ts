import type { JsonObject } from '../../protocol/documents.js';
import type { StoreConflictError } from '../conflict.js';
import type { Refusals } from './conflicts.js';
import type { Connection, ConstraintError } from './engine.js';
import type { Values } from './query.js';
import { referredId } from './referred.js';
import type { ReferenceKey, Shape, UniqueKey } from './shape.js';
import type { SqlTables } from './sql-tables.js';

/** A change that broke a constraint. */
export interface Broken {
  readonly error: ConstraintError;
  readonly shape: Shape;
  /** The ids of the entity, and of those it stands within. */
  readonly values: Values;
  /** The body that was to be kept. */
  readonly body: JsonObject;
  /** The members of it that refer to what counts as not there. */
  readonly unseen?: readonly string[] | undefined;
  readonly isCreation: boolean;
  readonly refusals: Refusals;
}

/** What a constraint that was broken by creating or replacing an entity means to a store; undefined where nothing. */
export async function explain(
  tables: SqlTables,
  connection: Connection,
  broken: Broken,
): Promise<StoreConflictError | undefined> {
  // PostgreSQL names the constraint, and answers nothing more in the transaction. SQLite does it the other
  // way round.
  if (tables.dialect.name === 'postgres') return explainByName(broken);
  return broken.error.kind === 'unique'
    ? explainUnique(tables, connection, broken)
    : explainReference(tables, connection, broken);
}

function explainByName({ error, shape, unseen = [], refusals }: Broken): StoreConflictError | undefined {
  const { constraint } = error;
  if (constraint === shape.parentConstraint) return refusals.missingParent();
  const unique = shape.uniques.find((key) => key.constraint === constraint);
  if (unique !== undefined) return refusals.unique(membersOf(unique));
  if (shape.references.some((key) => key.constraint === constraint)) {
    const reference = shape.references.find(
      (key) => key.constraint === constraint || unseen.includes(key.member),
    );
    if (reference !== undefined) return refusals.reference(reference);
  }
  return constraint === shape.primaryConstraint ? refusals.exists() : undefined;
}

async function explainUnique(
  tables: SqlTables,
  connection: Connection,
  { error, shape, values, isCreation, refusals }: Broken,
): Promise<StoreConflictError | undefined> {
  if (isCreation && (await isThere(tables, connection, shape, values))) return refusals.exists();
  const unique = shape.uniques.find(({ columns }) => {
    const names = [...shape.within, ...columns].map(({ name }) => `${shape.table}.${name}`);
    return error.constraint === names.join(', ');
  });
  return unique && refusals.unique(membersOf(unique));
}

async function explainReference(
  tables: SqlTables,
  connection: Connection,
  { shape, values, body, unseen = [], refusals }: Broken,
): Promise<StoreConflictError | undefined> {
  const { parent } = shape;
  if (
    parent !== undefined &&
    !(await isThere(tables, connection, parent, parentValues(shape, parent, values)))
  ) {
    return refusals.missingParent();
  }
  for (const reference of shape.references) {
    const isBroken =
      unseen.includes(reference.member) ||
      (await leadsNowhere(tables, connection, reference, { ...values }, body));
    if (isBroken) return refusals.reference(reference);
  }
  return undefined;
}

async function leadsNowhere(
  tables: SqlTables,
  connection: Connection,
  reference: ReferenceKey,
  values: Values,
  body: JsonObject,
): Promise<boolean> {
  const id = referredId(body, reference);
  if (id === null || id === undefined) return id === undefined;
  return !(await isThere(tables, connection, reference.target, { ...values, id }));
}

/** Whether there is an entity with these ids; on PostgreSQL it stays there as long as the transaction lasts. */
export async function isThere(
  tables: SqlTables,
  connection: Connection,
  { plan }: Shape,
  values: Values,
): Promise<boolean> {
  const { there } = tables.at(plan).locking;
  return (await connection.all(there.statement, there.bind(values))).length > 0;
}

function membersOf({ columns }: UniqueKey): readonly string[] {
  return columns.map(({ member }) => member);
}

/** The ids of the entity that another stands within. */
export function parentValues({ within }: Shape, parent: Shape, values: Values): Values {
  const above = within[parent.within.length]?.slot ?? '';
  return { ...values, id: values[above] ?? null };
}
