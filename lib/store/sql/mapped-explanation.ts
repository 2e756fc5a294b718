import type { JsonObject } from '../../protocol/documents.js';
import type { StoreConflictError } from '../conflict.js';
import type { Refusals } from './conflicts.js';
import type { ConstraintError } from './engine.js';
import type { MappedTable } from './sql-tables.js';

/** A change that a table which others made does not take. */
export interface MappedBroken {
  readonly error: ConstraintError;
  readonly table: MappedTable;
  /** The body that was to be kept; undefined where an entity was to be removed. */
  readonly body: JsonObject | undefined;
  readonly isCreation: boolean;
  readonly refusals: Refusals;
}

/** What that means to a store, as far as the database tells it. */
export function explainMapped(broken: MappedBroken): Error {
  const { error, body, refusals } = broken;
  switch (error.kind) {
    case 'unique':
      return explainUnique(broken);
    case 'foreign-key':
      return body === undefined ? refusals.inUse() : explainReference(broken, body);
    case 'not-null':
      return explainMissing(broken);
    case 'other':
      return refusals.refused([]);
  }
}

function explainUnique({ error, table, refusals }: MappedBroken): StoreConflictError {
  const { mapping } = table;
  const { constraint = '' } = error;
  const columns =
    mapping.found.uniques.find(({ name }) => name === constraint)?.columns ??
    // SQLite names the columns.
    constraint.split(', ').map(afterDot);
  const members = membersOf(table, columns);
  if (members.length > 0) return refusals.unique(members);
  return columns.includes(mapping.key.name) ? refusals.exists() : refusals.refused([]);
}

function explainReference(
  { error, table, isCreation, refusals }: MappedBroken,
  body: JsonObject,
): StoreConflictError {
  const { references } = table.mapping.found;
  const named = references.filter(({ name }) => name !== undefined && name === error.constraint);
  // SQLite does not tell which one it is, and PostgreSQL may speak of one of another table.
  const isUntold = error.constraint === undefined;
  const columns = (isUntold ? references : named).flatMap((reference) => reference.columns);
  const members = membersOf(table, columns).filter((member) => (body[member] ?? null) !== null);
  if (members.length > 0) return refusals.referenceBy(members);
  if (isCreation && (isUntold || named.length > 0)) return refusals.missingParent();
  return refusals.inUse();
}

function explainMissing({ error, table, refusals }: MappedBroken): Error {
  const column = afterDot(error.constraint ?? '');
  const members = membersOf(table, [column]);
  if (members.length > 0) return refusals.refused(members);
  // Nothing that a client sends could help it.
  return new Error(
    `the table ${JSON.stringify(table.shape.table)} takes no row without a value in its column ` +
      `${JSON.stringify(column)}, which no member of the bodies stands for; map a member to it, give it a ` +
      'default, or leave POST and PUT out of static methods',
    { cause: error },
  );
}

/** The members that columns hold. */
function membersOf({ mapping }: MappedTable, columns: readonly string[]): readonly string[] {
  return mapping.columns.flatMap(({ name, member }) => (columns.includes(name) ? [member] : []));
}

function afterDot(text: string): string {
  return text.slice(text.indexOf('.') + 1);
}
