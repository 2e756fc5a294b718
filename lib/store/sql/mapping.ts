import type { IdForm } from '../ids.js';
import type { MemberType } from '../store.js';
import type { ColumnClass, FoundColumn, FoundTable } from './found-table.js';
import type { Shape } from './shape.js';

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

  /** @param fold - makes names the same that the database takes for the same */
  constructor(shape: Shape, found: FoundTable, fold: (name: string) => string) {
    this.#shape = shape;
    this.#found = found;
    this.#fold = fold;
  }

  /** @returns undefined where there are findings */
  mapping(): Mapping | undefined {
    const { plan, within, id } = this.#shape;
    const key = this.#column(id.name, 'the ids');
    this.#checkIds(key, plan.ids, 'static ids');
    const above = within.map(({ name, kind }) => {
      const column = this.#column(name, 'ids of entities above');
      this.#checkIds(column, kind, 'those of the entities above');
      return column;
    });
    const columns = Object.entries(plan.table?.columns ?? {}).map(([member, { name, type, isRequired }]) => {
      const column = this.#column(name, `the member ${JSON.stringify(member)}`);
      return column && { ...column, member, memberType: type, isRequired };
    });
    this.#checkKey();
    this.#checkUnique();
    this.#checkReferences();
    if (key === undefined || this.findings.length > 0) return undefined;
    const isThere = <T>(column: T | undefined): column is T => column !== undefined;
    return { found: this.#found, key, within: above.filter(isThere), columns: columns.filter(isThere) };
  }

  #column(name: string, holds: string): FoundColumn | undefined {
    const found = this.#found.columns.find((column) => this.#fold(column.name) === this.#fold(name));
    if (found === undefined) {
      const names = this.#found.columns.map((column) => column.name).join(', ');
      this.findings.push(`it has no column ${JSON.stringify(name)} for ${holds}; its columns are: ${names}`);
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
    const { within, id } = this.#shape;
    const names = [...within, id].map(({ name }) => name);
    if (this.#found.isView || this.#isUnique(names)) return;
    this.findings.push(
      `its column ${JSON.stringify(id.name)} is not unique; make it the primary key, or give it a unique index ` +
        'that is not partial',
    );
  }

  #checkUnique(): void {
    const { plan, within } = this.#shape;
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
      this.#checkIds(column, target.id.kind, `those of ${JSON.stringify(target.plan.catalog)}`);
    }
  }

  /** Whether no two rows have the same values in these columns. */
  #isUnique(names: readonly string[]): boolean {
    const folded = new Set(names.map(this.#fold));
    return this.#found.uniques.some(({ columns }) => columns.every((name) => folded.has(this.#fold(name))));
  }

  #columnOf(member: string): string {
    return this.#shape.plan.table?.columns[member]?.name ?? member;
  }
}
