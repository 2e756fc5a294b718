import { StoreConflictError } from '../../errors.js';
import type { ConflictReason } from '../../errors.js';
import { idRules } from '../../ids.js';
import type { Change, CollectionKey } from '../../store.js';
import type { ReferenceKey, TableSchema, UniqueKey } from '../schema/table-schema.js';
import type { JsonObject } from '../../../protocol/documents.js';
import type { Connection, ConstraintError } from '../engine.js';
import type { Values } from '../queries/query.js';
import { referencedId, parentEntityValues } from '../queries/key-values.js';
import type { SqlTables } from '../sql-tables.js';

/** Why one change of a batch cannot be made, in words. */
export class Conflicts {
  readonly #change: Change;
  readonly #index: number;
  readonly #where: string;

  /** @param index - of the change in its batch */
  constructor(change: Change, index: number) {
    this.#change = change;
    this.#index = index;
    this.#where = described(change.key);
  }

  missing(): StoreConflictError {
    return this.#refuse('missing', `there is no ${this.#id} in ${this.#where}`);
  }

  missingParent(): StoreConflictError {
    const above = JSON.stringify(this.#change.key.parentIds.at(-1));
    return this.#refuse('missing', `nothing can stand in ${this.#where}: ${above} does not exist`);
  }

  version(): StoreConflictError {
    return this.#refuse(
      'version',
      `${this.#id} in ${this.#where} is no longer at the version it was meant for`,
    );
  }

  badId({ id }: TableSchema, found: string): StoreConflictError {
    const { rule } = idRules[id.kind];
    return this.#refuse('bad-id', `an id in ${this.#where} is ${rule}; found ${JSON.stringify(found)}`);
  }

  exists(): StoreConflictError {
    return this.#refuse('exists', `${this.#id} exists already in ${this.#where}`);
  }

  inUse(): StoreConflictError {
    return this.#refuse(
      'in-use',
      `other entities stand within ${this.#id} in ${this.#where}, or refer to it`,
    );
  }

  unique(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    return this.#refuse('unique', `another entity in ${this.#where} has the same ${names}`, members);
  }

  reference({ member, target }: ReferenceKey): StoreConflictError {
    const what = `${JSON.stringify(member)} refers to an entity of ${JSON.stringify(target.plan.collection)}`;
    return this.#refuse('reference', `${what} that does not exist`, [member]);
  }

  /** The same where it is the database that knows what the members refer to. */
  referenceBy(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' or ');
    return this.#refuse('reference', `${names} refers to a row that does not exist`, members);
  }

  refused(members: readonly string[]): StoreConflictError {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    const where = names === '' ? '' : `, for ${names}`;
    return this.#refuse(
      'refused',
      `the table of ${this.#where} does not take what is given${where}`,
      members,
    );
  }

  get #id(): string {
    return JSON.stringify(this.#change.id);
  }

  #refuse(reason: ConflictReason, message: string, members: readonly string[] = []): StoreConflictError {
    return new StoreConflictError(reason, this.#index, message, members);
  }
}

function described({ collection: catalog, parentIds: within }: CollectionKey): string {
  const path = within.map((id) => JSON.stringify(id)).join(', ');
  return path === '' ? JSON.stringify(catalog) : `${JSON.stringify(catalog)} within ${path}`;
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

/** What a constraint that was broken by creating or replacing an entity means to a store; undefined where nothing. */
export async function toConflict(
  tables: SqlTables,
  connection: Connection,
  broken: BrokenConstraint,
): Promise<StoreConflictError | undefined> {
  // PostgreSQL names the constraint, and answers nothing more in the transaction. SQLite does it the other
  // way round.
  if (tables.dialect.name === 'postgres') return explainByName(broken);
  return broken.error.kind === 'unique'
    ? explainUnique(tables, connection, broken)
    : explainReference(tables, connection, broken);
}

function explainByName({
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

async function explainUnique(
  tables: SqlTables,
  connection: Connection,
  { error, schema, values, isCreation, conflicts }: BrokenConstraint,
): Promise<StoreConflictError | undefined> {
  if (isCreation && (await isThere(tables, connection, schema, values))) return conflicts.exists();
  const unique = schema.uniques.find(({ columns }) => {
    const names = [...schema.parentColumns, ...columns].map(({ name }) => `${schema.table}.${name}`);
    return error.constraint === names.join(', ');
  });
  return unique && conflicts.unique(membersOf(unique));
}

async function explainReference(
  tables: SqlTables,
  connection: Connection,
  { schema, values, body, unseen = [], conflicts }: BrokenConstraint,
): Promise<StoreConflictError | undefined> {
  const { parent } = schema;
  if (
    parent !== undefined &&
    !(await isThere(tables, connection, parent, parentEntityValues(schema, parent, values)))
  ) {
    return conflicts.missingParent();
  }
  for (const reference of schema.references) {
    const isBroken =
      unseen.includes(reference.member) ||
      (await leadsNowhere(tables, connection, reference, { ...values }, body));
    if (isBroken) return conflicts.reference(reference);
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
  const id = referencedId(body, reference);
  if (id === null || id === undefined) return id === undefined;
  return !(await isThere(tables, connection, reference.target, { ...values, id }));
}

/** Whether there is an entity with these ids; on PostgreSQL it stays there as long as the transaction lasts. */
export async function isThere(
  tables: SqlTables,
  connection: Connection,
  { plan }: TableSchema,
  values: Values,
): Promise<boolean> {
  const { exists: there } = tables.get(plan).lock;
  return (await connection.all(there.statement, there.bind(values))).length > 0;
}

function membersOf({ columns }: UniqueKey): readonly string[] {
  return columns.map(({ member }) => member);
}
