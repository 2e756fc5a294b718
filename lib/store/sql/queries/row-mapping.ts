import { sql } from 'kysely';
import type { AliasedExpression, RawBuilder, SqlBool, Expression } from 'kysely';
import { KEY_LENGTH, sortKey } from '../../position.js';
import type { Json, JsonObject } from '../../../protocol/documents.js';
import type { StoredEntity } from '../../store.js';
import type { Dialect } from '../dialect.js';
import { Slot } from './query.js';
import type { Parameter, Row } from './query.js';
import { isStorableText } from '../../storable-text.js';
import { ownParentColumns } from '../schema/table-schema.js';
import type { IdColumn, MemberColumn, TableSchema } from '../schema/table-schema.js';

/** How a database compares a member that is searched for a value. */
export interface Comparison {
  /** Undefined where the column has to be NULL. */
  readonly value: Parameter | undefined;
  /** Whether those that it finds, and only those, have the value. */
  readonly isWhole: boolean;
}

/** How the rows of a table are entities: the store's own tables and existing ones differ in it. */
export interface RowMapping {
  /** Begins the names of statements; unique within one store. */
  readonly name: string;
  readonly table: string;
  /** A column, by its name. */
  readonly refTo: (name: string) => RawBuilder<unknown>;
  /** The id of an entity, as the column `id`. */
  readonly id: AliasedExpression<unknown, 'id'>;
  /** The columns that an entity is made of, but for its id. */
  readonly columns: readonly AliasedExpression<unknown, string>[];
  /** The id in a slot, as the column of ids is compared with it. */
  readonly idIn: (slot: Slot) => RawBuilder<unknown>;
  /** The type of ids in statements of PostgreSQL. */
  readonly idType: 'bigint' | 'text' | 'uuid';
  /** Whether entities can be written at all. */
  readonly isWritable: boolean;
  /** Holds for rows that are entities. */
  readonly conditions: readonly RawBuilder<SqlBool>[];
  /** Holds where a column has the id in the slot. */
  readonly equalsId: (column: IdColumn, slot: Slot) => RawBuilder<SqlBool>;
  /** Holds for the ids that are in the list in the slot; undefined where no index would serve that. */
  readonly isAmongIds: ((slot: Slot) => RawBuilder<SqlBool>) | undefined;
  /** Computes what lists compare that are sorted by a member. */
  readonly sortKey: (column: MemberColumn) => RawBuilder<unknown>;
  /** Holds where a member has the value in the slot, of those that {@link comparison} gives. */
  readonly equal: (column: MemberColumn, slot: Slot) => RawBuilder<SqlBool>;
  /** How a member is searched for a value; undefined where the database cannot find it. */
  readonly comparison: (column: MemberColumn, value: Json) => Comparison | undefined;
  readonly entity: (id: string, row: Row) => StoredEntity;
}

/** Maps the rows of a table that the store made. */
export function ownRowMapping(dialect: Dialect, { table, id }: TableSchema): RowMapping {
  const text = dialect.name === 'sqlite' ? 'body' : 'text';
  const idType = id.kind === 'integer' ? 'bigint' : 'text';
  return {
    name: table,
    table,
    refTo: (name) => sql.id(table, name),
    id: sql.id(id.name).as('id'),
    columns: [sql.id('version').as('version'), sql.id('updated').as('updated'), sql.id(text).as('text')],
    idIn: (slot) => sql`${slot}`,
    idType,
    isWritable: true,
    conditions: [],
    equalsId: ({ name }, slot) => sql<SqlBool>`${sql.id(name)} = ${slot}`,
    isAmongIds:
      dialect.name === 'sqlite'
        ? undefined
        : (slot) => sql<SqlBool>`${sql.id(id.name)} = any(cast(${slot} as ${sql.raw(idType)}[]))`,
    sortKey: ({ name }) => sql.id(name),
    equal: ({ name, type }, slot) => sql<SqlBool>`${sql.id(name)} = ${dialect.searched(type, slot)}`,
    comparison({ type }, value) {
      // A database takes no text that it could not keep.
      if (typeof value === 'string' && !isStorableText(value)) return undefined;
      const key = sortKey(value, type);
      if (key === null) return { value: undefined, isWhole: false };
      return { value: dialect.searchedValue(key), isWhole: isWhole(value, key) };
    },
    entity: (given, row) =>
      rowEntity(given, String(row['version']), Number(row['updated']), String(row['text'])),
  };
}

/** Whether those, and only those, that have the key in their column have the value. */
function isWhole(value: Json, key: string | number | boolean): boolean {
  switch (typeof key) {
    case 'string':
      return key === value && key.length < KEY_LENGTH;
    case 'number':
      return Number.isSafeInteger(key);
    default:
      return true;
  }
}

/** Holds for the rows of one collection: those with the ids that the slots of its columns are given. */
export function inCollection(
  { equalsId, conditions }: RowMapping,
  schema: TableSchema,
): Expression<SqlBool>[] {
  return [
    ...ownParentColumns(schema).map((column) => equalsId(column, new Slot(column.slot))),
    ...conditions,
  ];
}

/** Holds for the row of one entity of a collection, whose id is in the slot `id`. */
export function isEntity(mapping: RowMapping, schema: TableSchema): Expression<SqlBool>[] {
  return [...inCollection(mapping, schema), mapping.equalsId(schema.id, new Slot(schema.id.slot))];
}

/**
 * Makes the entity that a row holds. Its body is parsed when it is first asked for, and for this entity alone.
 *
 * @param updated - in milliseconds since the epoch
 */
export function rowEntity(id: string, version: string, updated: number, text: string): StoredEntity {
  return new RowEntity(id, version, updated, text);
}

class RowEntity implements StoredEntity {
  readonly id: string;
  readonly version: string;
  readonly updated: Date;
  declare readonly body: JsonObject;
  readonly #text: string;
  #body: JsonObject | undefined;

  /** Copies have it too, which they would not have from a getter of the class; one descriptor for all is quick to define. */
  static readonly #BODY = {
    enumerable: true,
    get(this: RowEntity): JsonObject {
      return (this.#body ??= JSON.parse(this.#text) as JsonObject);
    },
  };

  constructor(id: string, version: string, updated: number, text: string) {
    this.id = id;
    this.version = version;
    this.updated = new Date(updated);
    this.#text = text;
    Object.defineProperty(this, 'body', RowEntity.#BODY);
  }

  /** A copy with another body, `{ ...entity, body }`, must not bring the text of this one along. */
  get text(): string {
    return this.#text;
  }
}
