import type { ErrorObject } from 'ajv';
import { firstErrors, MAX_ERRORS } from '../http/problem.js';
import type { ErrorDetail } from '../http/problem.js';
import { problemErrorsOf } from './schema-messages.js';

/** A function that Ajv made of a schema; its own type would be among those that users of this package compile. */
interface CompiledSchema {
  (value: unknown): unknown;
  readonly schema: unknown;
  readonly errors?: readonly object[] | null;
}

/** A compiled JSON Schema. */
export class ValueSchema {
  readonly #first: CompiledSchema;
  readonly #compileAll: () => CompiledSchema;
  #all: CompiledSchema | undefined;

  /**
   * @param first - compiled to stop at the first error
   * @param all - compiles it to find all of them
   */
  constructor(first: CompiledSchema, all: () => CompiledSchema) {
    this.#first = first;
    this.#compileAll = all;
  }

  /**
   * @param pointer - where the value stands in its document, as a JSON Pointer
   * @returns what the schema has against the value, the first 20 errors; empty where it accepts it
   */
  errors(value: unknown, pointer = ''): readonly ErrorDetail[] {
    if (this.#first(value)) return [];
    const validate = (this.#all ??= this.#compileAll());
    validate(value);
    const errors = (validate.errors ?? []) as readonly ErrorObject[];
    return firstErrors(problemErrorsOf(errors, this.#first.schema, pointer, MAX_ERRORS));
  }
}
