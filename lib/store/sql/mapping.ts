import type { IdForm } from '../ids.js';
import type { Dialect } from './dialect.js';
import type { MemberType } from '../store.js';
import type { ColumnClass, FoundColumn, FoundTable } from './found-table.js';
import { toldWithin, type Shape } from './shape.js';

/** A column that holds a member of the bodies. */
export interface MappedColumn extends FoundColumn {
  readonly member: string;
  readonly memberType: MemberType;
  /** Whether the member is null where the column is NULL, rather than absent. */
  readonly isRequired: boolean;
}

/** How the entities of a catalog are rows of a table that others made. */
export interface Mapping {
  readonly found: FoundTable;
  readonly key: FoundColumn;
  readonly within: readonly FoundColumn[];
  readonly columns: readonly MappedColumn[];
}

/** The classes of columns that hold ids of a kind; any other keeps some of them apart, or not at all. */
const ID_CLASSES: Readonly<Record<IdForm, readonly ColumnClass[]>> = {
  bigint: ['integer'],
  integer: ['integer'],
  uuidv7: ['text', 'uuid'],
  client: ['text'],
};

/** What stands against serving a table, and what it is served by as far as it can be told. */
export class MappingCheck {
  readonly findings: string[] = [];
  readonly #shape: Shape;
  readonly #found: FoundTable;
  readonly #fold: (name: string) => string;

  readonly #above: Mapping | undefined;
  readonly #dialect: Dialect['name'];

  /**
   * @param above - how the entities are rows that these stand within; undefined where they are not, or that
   *   table was found wrong
   */
  constructor(shape: Shape, found: FoundTable, dialect: Dialect['name'], above?: Mapping) {
    this.#dialect = dialect;
    this.#above = above;
    this.#shape = shape;
    this.#found = found;
    // Makes names the same that the database takes for the same.
    this.#fold = dialect === 'sqlite' ? (name) => name.toLowerCase() : (name) => name;
  }

  /** @returns undefined where there are findings */
  mapping(): Mapping | undefined {
    const { plan, id } = this.#shape;
    const key = this.#column(id.name, 'the ids');
    this.#checkIds(key, plan.ids, 'static ids');
    const above = toldWithin(this.#shape).map(({ name, kind }) => {
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
    this.#checkAbove();
    if (plan.table?.writes === true && !this.#found.isWritable) {
      this.findings.push(
        'the database does not write it (it may be a view); give the catalog and its entity class ' +
          "static methods = ['GET']",
      );
    } else if (plan.table?.creates === true) this.#checkCreation();
    this.#checkUnique();
    this.#checkReferences();
    if (key === undefined || this.findings.length > 0) return undefined;
    const isThere = <T>(column: T | undefined): column is T => column !== undefined;
    return { found: this.#found, key, within: above.filter(isThere), columns: columns.filter(isThere) };
  }

  /** How a column is read and written for a member of a type. */
  #classFor({ class: of }: FoundColumn, type: MemberType, isDateTime: boolean): ColumnClass {
    // An array that the schema wants as a string is what the database writes.
    if (of === 'array' && type === 'string') return 'other';
    return isDateTime && this.#dialect === 'sqlite' && (of === 'text' || of === 'number') ? 'datetime' : of;
  }

  #column(name: string, holds: string): FoundColumn | undefined {
    const { columns, rowid } = this.#found;
    const isNamed = (column: FoundColumn) => this.#fold(column.name) === this.#fold(name);
    const found = columns.find(isNamed) ?? (rowid !== undefined && isNamed(rowid) ? rowid : undefined);
    if (found === undefined) {
      const names = columns.map((column) => column.name).join(', ');
      const instead =
        rowid !== undefined && name === this.#shape.id.name
          ? `; where none of them holds ids, static key = 'rowid' has SQLite's own`
          : '';
      this.findings.push(
        `it has no column ${JSON.stringify(name)} for ${holds}; its columns are: ${names}${instead}`,
      );
    }
    return found;
  }

  #checkIds(column: FoundColumn | undefined, kind: IdForm | undefined, whose: string): void {
    if (column === undefined || kind === undefined || ID_CLASSES[kind].includes(column.class)) return;
    // What a view computes has no type on SQLite.
    if (this.#found.isView && column.class === 'other') return;
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
    const { id } = this.#shape;
    const names = [...toldWithin(this.#shape), id].map(({ name }) => name);
    if (this.#found.isView || this.#isUnique(names)) return;
    this.findings.push(
      `its column ${JSON.stringify(id.name)} is not unique; make it the primary key, or give it a unique index ` +
        'that is not partial',
    );
  }

  /** Where rows do not tell all ids above, the id of the innermost entity has to lead to the others. */
  #checkAbove(): void {
    const { untold, parent, within } = this.#shape;
    if (untold === 0) return;
    const above = this.#above;
    const parentShape = parent?.plan.table === undefined ? undefined : parent;
    if (parentShape !== undefined && above === undefined) return;
    const told = parentShape?.within.slice(untold).map(({ name }) => name) ?? [];
    const isEnough =
      parentShape !== undefined &&
      above !== undefined &&
      isUnique(above.found, [...told, parentShape.id.name], this.#fold);
    if (isEnough) return;
    this.findings.push(
      `static within names columns for the ids of ${within.length - untold} of the ${within.length} entities above; ` +
        'that is enough only where the innermost of them is a row of an existing table whose key is unique by ' +
        'itself; name a column for each entity above, outermost first',
    );
  }

  /** What no row can be created without, and nothing gives. */
  #checkCreation(): void {
    const { columns, isWritable, fillsRows } = this.#found;
    if (!isWritable || fillsRows) return;
    const { id } = this.#shape;
    const given = [
      id.name,
      ...toldWithin(this.#shape).map(({ name }) => name),
      ...Object.values(this.#shape.plan.table?.columns ?? {}).map(({ name }) => name),
    ].map(this.#fold);
    for (const { name, isNullable, isWritable: isGiven, default: value, isNumbered } of columns) {
      if (isNullable || !isGiven || value !== undefined || isNumbered) continue;
      if (given.includes(this.#fold(name))) continue;
      this.findings.push(
        `its column ${JSON.stringify(name)} is NOT NULL and has no default, and no member of the bodies stands for ` +
          'it, so that no row can be created; map a member to it, give it a default, or leave POST and PUT out of ' +
          'static methods',
      );
    }
  }

  #checkUnique(): void {
    const { plan } = this.#shape;
    const within = toldWithin(this.#shape);
    for (const members of plan.unique) {
      const columns = members.map((member) => this.#columnOf(member));
      if (this.#found.isView || this.#isUnique([...within.map(({ name }) => name), ...columns])) continue;
      this.findings.push(
        `it has no unique index on ${columns.map((column) => JSON.stringify(column)).join(', ')}, and static ` +
          `unique says that no two entities share ${members.map((member) => JSON.stringify(member)).join(' and ')}`,
      );
    }
  }

  #checkReferences(): void {
    for (const { member, target } of this.#shape.references) {
      const name = this.#columnOf(member);
      const column = this.#found.columns.find((each) => this.#fold(each.name) === this.#fold(name));
      this.#checkIds(column, target.id.kind, `those of ${JSON.stringify(target.plan.collection)}`);
    }
  }

  /** Whether no two rows have the same values in these columns. */
  #isUnique(names: readonly string[]): boolean {
    return isUnique(this.#found, names, this.#fold);
  }

  #columnOf(member: string): string {
    return this.#shape.plan.table?.columns[member]?.name ?? member;
  }
}

/** Whether no two rows of a table have the same values in these columns. */
function isUnique(
  { uniques }: FoundTable,
  names: readonly string[],
  fold: (name: string) => string,
): boolean {
  const folded = new Set(names.map(fold));
  return uniques.some(({ columns }) => columns.every((name) => folded.has(fold(name))));
}
