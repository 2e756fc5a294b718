import { createHash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import type { Parameter, Statement } from './engine.js';

/** How much PostgreSQL keeps of the name of a statement. */
const LONGEST = 63;

/** Stands in a query for a value that is given when it is run. */
export class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a query is run with, by the names of its slots. */
export type Values = Readonly<Record<string, Parameter>>;

/** A statement, compiled once, and the order in which it wants its values. */
export class Query {
  readonly statement: Statement;
  readonly #parameters: readonly unknown[];

  /** @param name - unique within one store */
  constructor(name: string, compiled: Pick<CompiledQuery, 'sql' | 'parameters'>) {
    this.statement = Object.freeze({ name: shortened(name), sql: compiled.sql });
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

/** Names that begin alike must not become one. */
function shortened(name: string): string {
  if (name.length <= LONGEST) return name;
  const digest = createHash('sha256').update(name).digest('base64url').slice(0, 16);
  return `${name.slice(0, LONGEST - digest.length - 1)} ${digest}`;
}
