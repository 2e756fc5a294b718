import { createHash } from 'node:crypto';
import type { CompiledQuery, Kysely } from 'kysely';

/** Types the tables of Kysely: their names and columns are known when a store is opened, and not before. */
export type Tables = Record<string, Record<string, unknown>>;

/** Builds and compiles queries. */
export type Builder = Kysely<Tables>;

/** A value that a statement is run with; a list on PostgreSQL alone. */
export type Parameter = string | number | boolean | null | readonly Parameter[];

/** A row as the database gives it, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A statement whose text was made once. Frozen, and used for the life of the store: an engine may prepare it. */
export interface Statement {
  /** Unique within one store, for named prepared statements. */
  readonly name: string;
  readonly sql: string;
}

/** Stands in a query for a value that is given when it is run. */
export class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Gives each slot of a query its value. */
export type Values = Readonly<Record<string, Parameter>>;

/** Compiles a statement once, and binds values to it each time that it is run. */
export class Query {
  readonly statement: Statement;
  readonly #parameters: readonly unknown[];

  /** @param name - unique within one store */
  constructor(name: string, compiled: Pick<CompiledQuery, 'sql' | 'parameters'>) {
    this.statement = Object.freeze({ name: shortenName(name), sql: compiled.sql });
    this.#parameters = compiled.parameters;
  }

  /** @throws {TypeError} where a slot is left without a value */
  bind(values: Values): readonly Parameter[] {
    return this.#parameters.map((parameter) => {
      if (!(parameter instanceof Slot)) return parameter as Parameter;
      const value = values[parameter.name];
      if (value !== undefined) return value;
      throw new TypeError(`the statement ${this.statement.name} was given no ${parameter.name}`);
    });
  }
}

/** How much PostgreSQL keeps of the name of a statement. */
const MAX_STATEMENT_NAME = 63;

/** Shortens a name in a way that names which begin alike do not become one. */
function shortenName(name: string): string {
  if (name.length <= MAX_STATEMENT_NAME) return name;
  const digest = createHash('sha256').update(name).digest('base64url').slice(0, 16);
  return `${name.slice(0, MAX_STATEMENT_NAME - digest.length - 1)} ${digest}`;
}
