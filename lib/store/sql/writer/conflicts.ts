import { StoreConflictError } from '../../store-errors.js';
import type { ConflictReason } from '../../store-errors.js';
import { idRules } from '../../ids.js';
import type { Change, CollectionKey } from '../../store.js';
import type { ReferenceKey, TableSchema, UniqueKey } from '../schema/table-schema.js';
import type { JsonObject } from '../../../protocol/documents.js';
import type { Connection, ConstraintError } from '../engine.js';
import type { Values } from '../queries/query.js';
import { referencedId, parentEntityValues } from '../queries/key-values.js';
import type { SqlTables } from '../sql-tables.js';

/** Makes the errors that say why one change of a batch cannot be made. */
export class Conflicts {
  readonly #change: Change;
  readonly #index: number;
  readonly #where: string;

  /** @param index - of the change in its batch */
  constructor(change: Change, index: number) {
    this.#change = change;
    this.#index = index;
    this.#where = describeCollection(change.key);
  }

  missing(): StoreConflictError {
    return this.#conflict('missing', `there is no ${this.#id} in ${this.#where}`);
  }

  missingParent(): StoreConflictError {
    const above = JSON.stringify(this.#change.key.parentIds.at(-1));
    return this.#conflict('missing', `nothing can stand in ${this.#where}: ${above} does not exist`);
  }

  version(): StoreConflictError {
    return this.#conflict(
      'version',
      `${this.#id} in ${this.#where} is no longer at the version it was meant for`,
    );
  }

  badId({ id }: TableSchema, found: string): StoreConflictError {
    const { rule } = idRules[id.kind];
    return this.#conflict('bad-id', `an id in ${this.#where} is ${rule}; found ${JSON.stringify(found)}`);
  }

  exists(): StoreConflictError {
    return this.#conflict('exists', `${this.#id} exists already in ${this.#where}`);
  }

  inUse(): StoreConflictError {
    return this.#conflict(
      'in-use',
      `other entities stand within ${this.#id} in ${this.#where}, or refer to it`,
    );
  }

  unique(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    return this.#conflict('unique', `another entity in ${this.#where} has the same ${names}`, members);
  }

  reference({ member, target }: ReferenceKey): StoreConflictError {
    const what = `${JSON.stringify(member)} refers to an entity of ${JSON.stringify(target.plan.collection)}`;
    return this.#conflict('reference', `${what} that does not exist`, [member]);
  }

  /** The same where it is the database that knows what the members refer to. */
  referenceBy(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' or ');
    return this.#conflict('reference', `${names} refers to a row that does not exist`, members);
  }

  refused(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    const where = names === '' ? '' : `, for ${names}`;
    return this.#conflict(
      'refused',
      `the table of ${this.#where} does not take what is given${where}`,
      members,
    );
  }

  get #id(): string {
    return JSON.stringify(this.#change.id);
  }

  #conflict(reason: ConflictReason, message: string, members: readonly string[] = []): StoreConflictError {
    return new StoreConflictError(reason, this.#index, message, members);
  }
}

/** Names a collection in messages. */
function describeCollection({ collection, parentIds }: CollectionKey): string {
  const path = parentIds.map((id) => JSON.stringify(id)).join(', ');
  return path === '' ? JSON.stringify(collection) : `${JSON.stringify(collection)} within ${path}`;
}

/** A change that broke a constraint. */
export interface BrokenConstraint {
  readonly error: ConstraintError;
  readonly schema: TableSchema;
  /** The ids of the entity, and of those it stands within. */
  readonly values: Values;
  /** The body that was to be kept. */
  readonly body: JsonObject;
  /** The members of it that refer to what counts as not there. */
  readonly unseen?: readonly string[] | undefined;
  readonly isCreation: boolean;
  readonly conflicts: Conflicts;
}

/**
 * Finds out which conflict it is that creating or replacing an entity has broken a constraint of the database;
 * undefined where none.
 */
export async function toConflict(
  tables: SqlTables,
  connection: Connection,
  broken: BrokenConstraint,
): Promise<StoreConflictError | undefined> {
  // PostgreSQL names the constraint, and answers nothing more in the transaction. SQLite does it the other
  // way round.
  if (tables.dialect.name === 'postgres') return conflictByName(broken);
  return broken.error.kind === 'unique'
    ? uniqueConflict(tables, connection, broken)
    : referenceConflict(tables, connection, broken);
}

function conflictByName({
  error,
  schema,
  unseen = [],
  conflicts,
}: BrokenConstraint): StoreConflictError | undefined {
  const { constraint } = error;
  if (constraint === schema.parentConstraint) return conflicts.missingParent();
  const unique = schema.uniques.find((key) => key.constraint === constraint);
  if (unique !== undefined) return conflicts.unique(membersOf(unique));
  if (schema.references.some((key) => key.constraint === constraint)) {
    const reference = schema.references.find(
      (key) => key.constraint === constraint || unseen.includes(key.member),
    );
    if (reference !== undefined) return conflicts.reference(reference);
  }
  return constraint === schema.primaryConstraint ? conflicts.exists() : undefined;
}

async function uniqueConflict(
  tables: SqlTables,
  connection: Connection,
  { error, schema, values, isCreation, conflicts }: BrokenConstraint,
): Promise<StoreConflictError | undefined> {
  if (isCreation && (await tables.hasEntity(connection, schema, values))) return conflicts.exists();
  const unique = schema.uniques.find(({ columns }) => {
    const names = [...schema.parentColumns, ...columns].map(({ name }) => `${schema.table}.${name}`);
    return error.constraint === names.join(', ');
  });
  return unique && conflicts.unique(membersOf(unique));
}

async function referenceConflict(
  tables: SqlTables,
  connection: Connection,
  { schema, values, body, unseen = [], conflicts }: BrokenConstraint,
): Promise<StoreConflictError | undefined> {
  const { parent } = schema;
  if (
    parent !== undefined &&
    !(await tables.hasEntity(connection, parent, parentEntityValues(schema, parent, values)))
  ) {
    return conflicts.missingParent();
  }
  for (const reference of schema.references) {
    const isBroken =
      unseen.includes(reference.member) ||
      (await isDangling(tables, connection, reference, { ...values }, body));
    if (isBroken) return conflicts.reference(reference);
  }
  return undefined;
}

async function isDangling(
  tables: SqlTables,
  connection: Connection,
  reference: ReferenceKey,
  values: Values,
  body: JsonObject,
): Promise<boolean> {
  const id = referencedId(body, reference);
  if (id === null || id === undefined) return id === undefined;
  return !(await tables.hasEntity(connection, reference.target, { ...values, id }));
}

function membersOf({ columns }: UniqueKey): readonly string[] {
  return columns.map(({ member }) => member);
}
