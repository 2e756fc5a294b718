import type { Engine } from '../engine.js';
import { ownParentColumns } from '../schema/table-schema.js';
import type { TableSchema } from '../schema/table-schema.js';
import type { IdType } from '../../ids.js';
import type { Dialect } from '../dialect.js';
import type { MemberType } from '../../store.js';
import type { ColumnClass, ColumnDescription, TableDescription } from './table-description.js';

/** A column that holds a member of the bodies. */
export interface ExistingColumn extends ColumnDescription {
  readonly member: string;
  readonly memberType: MemberType;
  /** Whether the member is null where the column is NULL, rather than absent. */
  readonly isRequired: boolean;
}

/** The columns by which the entities of a collection are rows of an existing table. */
export interface ColumnMapping {
  readonly description: TableDescription;
  readonly key: ColumnDescription;
  readonly parentColumns: readonly ColumnDescription[];
  readonly columns: readonly ExistingColumn[];
}

/**
 * Finds out how the existing tables that plans name can be served.
 *
 * @returns the mapping of each such collection, by its name
 * @throws {Error} which says of all of them what stands against serving them
 */
export async function mapExistingTables(
  { kysely, dialect }: Engine,
  schemas: ReadonlyMap<string, TableSchema>,
): Promise<ReadonlyMap<string, ColumnMapping>> {
  const mappings = new Map<string, ColumnMapping>();
  const findings: string[] = [];
  for (const [collection, schema] of schemas) {
    const { table } = schema.plan;
    if (table === undefined) continue;
    const where = `the table ${JSON.stringify(table.table)} of the catalog ${JSON.stringify(collection)}: `;
    const description = await dialect.describeTable(kysely, table.table);
    if (description === undefined) {
      findings.push(`${where}the database has none of this name; name its schema too where that is needed`);
      continue;
    }
    const parentMapping = schema.parent && mappings.get(schema.parent.plan.collection);
    const check = new ColumnMappingCheck(schema, description, dialect.name, parentMapping);
    const mapping = check.mapping();
    findings.push(...check.findings.map((finding) => where + finding));
    if (mapping !== undefined) mappings.set(collection, mapping);
  }
  if (findings.length > 0) {
    throw new Error(`tables cannot be served as they are declared:\n- ${findings.join('\n- ')}`);
  }
  return mappings;
}

/** The classes of columns that hold ids of a kind; any other keeps some of them apart, or not at all. */
const ID_CLASSES: Readonly<Record<IdType, readonly ColumnClass[]>> = {
  bigint: ['integer'],
  integer: ['integer'],
  uuidv7: ['text', 'uuid'],
  client: ['text'],
};

/** Finds the columns of an existing table for a collection, and what stands against serving it. */
class ColumnMappingCheck {
  readonly findings: string[] = [];
  readonly #schema: TableSchema;
  readonly #description: TableDescription;
  readonly #fold: (name: string) => string;

  readonly #parentMapping: ColumnMapping | undefined;
  readonly #dialect: Dialect['name'];

  /**
   * @param parentMapping - of the entities that these stand within; undefined where they are in no existing table, or
   *   that table was found wrong
   */
  constructor(
    schema: TableSchema,
    description: TableDescription,
    dialect: Dialect['name'],
    parentMapping?: ColumnMapping,
  ) {
    this.#dialect = dialect;
    this.#parentMapping = parentMapping;
    this.#schema = schema;
    this.#description = description;
    // Makes names the same that the database takes for the same.
    this.#fold = dialect === 'sqlite' ? (name) => name.toLowerCase() : (name) => name;
  }

  /** @returns undefined where there are findings */
  mapping(): ColumnMapping | undefined {
    const { plan, id } = this.#schema;
    const key = this.#column(id.name, 'the ids');
    this.#checkIds(key, plan.ids, 'the ids of the catalog');
    const parentColumns = ownParentColumns(this.#schema).map(({ name, kind }) => {
      const column = this.#column(name, 'ids of entities above');
      this.#checkIds(column, kind, 'those of the entities above');
      return column;
    });
    const columns = Object.entries(plan.table?.columns ?? {}).map(
      ([member, { name, type, isRequired, isDateTime }]) => {
        const column = this.#column(name, `the member ${JSON.stringify(member)}`);
        if (column === undefined) return undefined;
        const of = this.#classFor(column, type, isDateTime === true);
        return { ...column, class: of, member, memberType: type, isRequired };
      },
    );
    this.#checkKey();
    this.#checkParents();
    if (plan.table?.writes === true && !this.#description.isWritable) {
      this.findings.push(
        'the database does not write it (it may be a view); give the catalog and its entity class ' +
          "methods: ['GET']",
      );
    } else if (plan.table?.creates === true) this.#checkCreation();
    this.#checkUnique();
    this.#checkReferences();
    if (key === undefined || this.findings.length > 0) return undefined;
    const isThere = <T>(column: T | undefined): column is T => column !== undefined;
    return {
      description: this.#description,
      key,
      parentColumns: parentColumns.filter(isThere),
      columns: columns.filter(isThere),
    };
  }

  /** How a column is read and written for a member of a type. */
  #classFor({ class: of }: ColumnDescription, type: MemberType, isDateTime: boolean): ColumnClass {
    // An array that the schema wants as a string is what the database writes.
    if (of === 'array' && type === 'string') return 'other';
    return isDateTime && this.#dialect === 'sqlite' && (of === 'text' || of === 'number') ? 'datetime' : of;
  }

  #column(name: string, holds: string): ColumnDescription | undefined {
    const { columns, rowid } = this.#description;
    const isNamed = (column: ColumnDescription) => this.#fold(column.name) === this.#fold(name);
    const found = columns.find(isNamed) ?? (rowid !== undefined && isNamed(rowid) ? rowid : undefined);
    if (found === undefined) {
      const names = columns.map((column) => column.name).join(', ');
      const instead =
        rowid !== undefined && name === this.#schema.id.name
          ? `; where none of them holds ids, static key = 'rowid' has SQLite's own`
          : '';
      this.findings.push(
        `it has no column ${JSON.stringify(name)} for ${holds}; its columns are: ${names}${instead}`,
      );
    }
    return found;
  }

  #checkIds(column: ColumnDescription | undefined, kind: IdType | undefined, whose: string): void {
    if (column === undefined || kind === undefined || ID_CLASSES[kind].includes(column.class)) return;
    // What a view computes has no type on SQLite.
    if (this.#description.isView && column.class === 'other') return;
    const fitting = Object.entries(ID_CLASSES).flatMap(([name, classes]) =>
      name !== 'bigint' && classes.includes(column.class) ? [JSON.stringify(name)] : [],
    );
    this.findings.push(
      `its column ${JSON.stringify(column.name)} (${column.type}) does not hold ids of the kind ` +
        `${JSON.stringify(kind === 'bigint' ? 'integer' : kind)}, which ${whose} are` +
        (fitting.length === 0 ? '' : `; it holds those of the kind ${fitting.join(' or ')}`),
    );
  }

  /** An id has to lead to one row, and by an index. */
  #checkKey(): void {
    const { id } = this.#schema;
    const names = [...ownParentColumns(this.#schema), id].map(({ name }) => name);
    if (this.#description.isView || this.#isUnique(names)) return;
    this.findings.push(
      `its column ${JSON.stringify(id.name)} is not unique; make it the primary key, or give it a unique index ` +
        'that is not partial',
    );
  }

  /** Where rows do not tell all parents, the id of the innermost entity has to lead to the outer ones. */
  #checkParents(): void {
    const { impliedParents, parent, parentColumns } = this.#schema;
    if (impliedParents === 0) return;
    const mapping = this.#parentMapping;
    const parentSchema = parent?.plan.table === undefined ? undefined : parent;
    if (parentSchema !== undefined && mapping === undefined) return;
    const names = parentSchema?.parentColumns.slice(impliedParents).map(({ name }) => name) ?? [];
    const isEnough =
      parentSchema !== undefined &&
      mapping !== undefined &&
      isUnique(mapping.description, [...names, parentSchema.id.name], this.#fold);
    if (isEnough) return;
    this.findings.push(
      `static within names columns for the ids of ${parentColumns.length - impliedParents} of the ${parentColumns.length} entities above; ` +
        'that is enough only where the innermost of them is a row of an existing table whose key is unique by ' +
        'itself; name a column for each entity above, outermost first',
    );
  }

  /** Looks for columns that no row can be created without, and nothing fills. */
  #checkCreation(): void {
    const { columns, isWritable, fillsRows } = this.#description;
    if (!isWritable || fillsRows) return;
    const { id } = this.#schema;
    const given = [
      id.name,
      ...ownParentColumns(this.#schema).map(({ name }) => name),
      ...Object.values(this.#schema.plan.table?.columns ?? {}).map(({ name }) => name),
    ].map(this.#fold);
    for (const { name, isNullable, isWritable: isGiven, default: value, isNumbered } of columns) {
      if (isNullable || !isGiven || value !== undefined || isNumbered) continue;
      if (given.includes(this.#fold(name))) continue;
      this.findings.push(
        `its column ${JSON.stringify(name)} is NOT NULL and has no default, and no member of the bodies stands for ` +
          'it, so that no row can be created; map a member to it, give it a default, or leave POST and PUT out of ' +
          'the methods of its class',
      );
    }
  }

  #checkUnique(): void {
    const { plan } = this.#schema;
    const within = ownParentColumns(this.#schema);
    for (const members of plan.unique) {
      const columns = members.map((member) => this.#columnOf(member));
      if (this.#description.isView || this.#isUnique([...within.map(({ name }) => name), ...columns]))
        continue;
      this.findings.push(
        `it has no unique index on ${columns.map((column) => JSON.stringify(column)).join(', ')}, and ` +
          `"unique" says that no two entities share ${members.map((member) => JSON.stringify(member)).join(' and ')}`,
      );
    }
  }

  #checkReferences(): void {
    for (const { member, target } of this.#schema.references) {
      const name = this.#columnOf(member);
      const column = this.#description.columns.find((each) => this.#fold(each.name) === this.#fold(name));
      this.#checkIds(column, target.id.kind, `those of ${JSON.stringify(target.plan.collection)}`);
    }
  }

  /** Tells whether no two rows have the same values in these columns. */
  #isUnique(names: readonly string[]): boolean {
    return isUnique(this.#description, names, this.#fold);
  }

  #columnOf(member: string): string {
    return this.#schema.plan.table?.columns[member]?.name ?? member;
  }
}

/** Tells whether no two rows of a table have the same values in these columns. */
function isUnique(
  { uniques }: TableDescription,
  names: readonly string[],
  fold: (name: string) => string,
): boolean {
  const folded = new Set(names.map(fold));
  return uniques.some(({ columns }) => columns.every((name) => folded.has(fold(name))));
}
